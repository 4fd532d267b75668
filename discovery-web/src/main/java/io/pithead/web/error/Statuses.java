package io.pithead.web.error;

import io.pithead.protocol.error.ErrorCode;

/** The one table between codes and HTTP statuses, both ways. */
public final class Statuses {
    static final int PAYMENT_REQUIRED = 402;
    static final int UNPROCESSABLE = 422;
    static final int TOO_EARLY = 425;
    static final int TOO_MANY = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    private Statuses() {}

    public static int of(ErrorCode code) {
        return switch (code) {
            case UNAUTHORIZED_KEY,
                    SIGNATURE_REQUIRED,
                    SIGNATURE_INVALID,
                    SIGNATURE_EXPIRED,
                    SIGNATURE_NOT_YET_VALID,
                    WRONG_AUDIENCE,
                    NOT_SIGNED_IN,
                    SIGN_IN_REFUSED,
                    CODE_REQUIRED -> 401;
            case INSUFFICIENT_FUNDS -> PAYMENT_REQUIRED;
            case FORBIDDEN_SCOPE, FORBIDDEN_ROLE, FORBIDDEN_ORIGIN, FORBIDDEN_SIGNER, NODE_BANNED, NODE_REFUSED -> 403;
            case NOT_FOUND, JOB_NOT_FOUND, NODE_NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case NOT_ACCEPTABLE -> 406;
            case CONFLICT_STATE,
                    NODE_TAKEN,
                    LEASE_LOST,
                    PROOF_CONFLICT,
                    PROOF_REFUSED,
                    DISPUTE_TOO_LATE,
                    ALREADY_DISPUTED,
                    NOT_JUDGEABLE,
                    IDEMPOTENCY_MISMATCH,
                    NONCE_USED -> 409;
            case PAYLOAD_TOO_LARGE -> 413;
            case UNSUPPORTED_MEDIA_TYPE -> 415;
            case RANGE_NOT_SATISFIABLE -> 416;
            case MALFORMED_REQUEST -> 400;
            case INVALID_PAYLOAD -> UNPROCESSABLE;
            case JOB_NOT_READY -> TOO_EARLY;
            case RATE_LIMITED -> TOO_MANY;
            case INTERNAL -> FIRST_SERVER_ERROR;
            case UNAVAILABLE -> 503;
        };
    }

    /** For refusals that the container made by itself and knows by status only. */
    static ErrorCode codeOf(int status) {
        return switch (status) {
            case 401 -> ErrorCode.UNAUTHORIZED_KEY;
            case 403 -> ErrorCode.FORBIDDEN_SCOPE;
            case 404, 410 -> ErrorCode.NOT_FOUND;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 406 -> ErrorCode.NOT_ACCEPTABLE;
            case 409 -> ErrorCode.CONFLICT_STATE;
            case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
            case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
            case 416 -> ErrorCode.RANGE_NOT_SATISFIABLE;
            case UNPROCESSABLE -> ErrorCode.INVALID_PAYLOAD;
            case TOO_MANY -> ErrorCode.RATE_LIMITED;
            case 503 -> ErrorCode.UNAVAILABLE;
            default -> status >= FIRST_SERVER_ERROR ? ErrorCode.INTERNAL : ErrorCode.MALFORMED_REQUEST;
        };
    }

    /** What to say when nothing better is known. */
    static String message(ErrorCode code) {
        return switch (code) {
            case UNAUTHORIZED_KEY -> "A valid key is needed.";
            case SIGNATURE_REQUIRED -> "A wallet's signature is needed.";
            case SIGNATURE_INVALID -> "The signature is not good for this request.";
            case SIGNATURE_EXPIRED -> "The signature is over.";
            case SIGNATURE_NOT_YET_VALID -> "The signature is of the future.";
            case WRONG_AUDIENCE -> "The signature is for another server.";
            case NONCE_USED -> "This request was taken before.";
            case FORBIDDEN_SCOPE -> "This key may not do that.";
            case NOT_SIGNED_IN -> "Sign in first.";
            case SIGN_IN_REFUSED -> "The name, the password or the code is wrong.";
            case CODE_REQUIRED -> "A code of the second factor is needed.";
            case FORBIDDEN_ROLE -> "No role of yours may do that.";
            case FORBIDDEN_ORIGIN -> "The request does not come from a page of this server.";
            case FORBIDDEN_SIGNER -> "This signer may not do that.";
            case NODE_REFUSED -> "The registry does not list this node.";
            case NODE_BANNED -> "The operator keeps this node from work.";
            case NOT_FOUND, JOB_NOT_FOUND, NODE_NOT_FOUND -> "There is nothing here.";
            case METHOD_NOT_ALLOWED -> "This path does not take that method.";
            case NOT_ACCEPTABLE -> "This path cannot answer in a media type that was asked for.";
            case NODE_TAKEN -> "Another miner works under this id.";
            case CONFLICT_STATE,
                    LEASE_LOST,
                    PROOF_CONFLICT,
                    PROOF_REFUSED,
                    DISPUTE_TOO_LATE,
                    ALREADY_DISPUTED,
                    NOT_JUDGEABLE,
                    IDEMPOTENCY_MISMATCH -> "The state does not allow that.";
            case PAYLOAD_TOO_LARGE -> "The body is too large.";
            case UNSUPPORTED_MEDIA_TYPE -> "This path does not take a body of that media type.";
            case RANGE_NOT_SATISFIABLE -> "There are no bytes in that range.";
            case MALFORMED_REQUEST -> "The request is malformed.";
            case INVALID_PAYLOAD -> "The body is not what this path takes.";
            case JOB_NOT_READY -> "It is too early for that.";
            case RATE_LIMITED -> "Too many requests.";
            case INSUFFICIENT_FUNDS -> "There are not enough funds.";
            case UNAVAILABLE -> "The server cannot do this now.";
            case INTERNAL -> "Something failed on the server; its log has more under this request id.";
        };
    }
}

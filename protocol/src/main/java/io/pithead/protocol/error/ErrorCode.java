package io.pithead.protocol.error;

/** Every code that an error envelope can carry. The category says who must act; only the HTTP edge knows statuses. */
public enum ErrorCode {
    UNAUTHORIZED_KEY(Category.UNAUTHENTICATED),
    SIGNATURE_REQUIRED(Category.UNAUTHENTICATED),
    SIGNATURE_INVALID(Category.UNAUTHENTICATED),
    SIGNATURE_EXPIRED(Category.UNAUTHENTICATED),
    SIGNATURE_NOT_YET_VALID(Category.UNAUTHENTICATED),
    WRONG_AUDIENCE(Category.UNAUTHENTICATED),
    NOT_SIGNED_IN(Category.UNAUTHENTICATED),
    SIGN_IN_REFUSED(Category.UNAUTHENTICATED),
    CODE_REQUIRED(Category.UNAUTHENTICATED),
    FORBIDDEN_SCOPE(Category.FORBIDDEN),
    FORBIDDEN_ROLE(Category.FORBIDDEN),
    FORBIDDEN_ORIGIN(Category.FORBIDDEN),
    FORBIDDEN_SIGNER(Category.FORBIDDEN),
    NODE_BANNED(Category.FORBIDDEN),
    NODE_REFUSED(Category.FORBIDDEN),
    NOT_FOUND(Category.NOT_FOUND),
    JOB_NOT_FOUND(Category.NOT_FOUND),
    NODE_NOT_FOUND(Category.NOT_FOUND),
    METHOD_NOT_ALLOWED(Category.INVALID),
    NOT_ACCEPTABLE(Category.INVALID),
    CONFLICT_STATE(Category.CONFLICT),
    NODE_TAKEN(Category.CONFLICT),
    LEASE_LOST(Category.CONFLICT),
    PROOF_CONFLICT(Category.CONFLICT),
    PROOF_REFUSED(Category.CONFLICT),
    DISPUTE_TOO_LATE(Category.CONFLICT),
    ALREADY_DISPUTED(Category.CONFLICT),
    NOT_JUDGEABLE(Category.CONFLICT),
    IDEMPOTENCY_MISMATCH(Category.CONFLICT),
    NONCE_USED(Category.CONFLICT),
    PAYLOAD_TOO_LARGE(Category.INVALID),
    UNSUPPORTED_MEDIA_TYPE(Category.INVALID),
    RANGE_NOT_SATISFIABLE(Category.INVALID),
    MALFORMED_REQUEST(Category.INVALID),
    INVALID_PAYLOAD(Category.INVALID),
    JOB_NOT_READY(Category.CONFLICT),
    RATE_LIMITED(Category.EXHAUSTED),
    INSUFFICIENT_FUNDS(Category.EXHAUSTED),
    UNAVAILABLE(Category.UNAVAILABLE),
    INTERNAL(Category.INTERNAL);

    /** Who must act on an error. */
    public enum Category {
        INVALID,
        UNAUTHENTICATED,
        FORBIDDEN,
        NOT_FOUND,
        CONFLICT,
        EXHAUSTED,
        UNAVAILABLE,
        INTERNAL
    }

    private final Category category;

    ErrorCode(Category category) {
        this.category = category;
    }

    public Category category() {
        return category;
    }
}

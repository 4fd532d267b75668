package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.artifact.Download;
import io.pithead.coordinator.artifact.Looked;
import io.pithead.coordinator.artifact.Uploaded;
import io.pithead.coordinator.artifact.core.ByteRange;
import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import io.pithead.web.error.Errors;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v1/artifacts/{sha256}}: bytes by digest, streamed both ways, in pieces where that is wanted. */
@Path("v1/artifacts/{sha256}")
@RequestScoped
@Secured({Scope.MINER, Scope.BUYER})
public class ArtifactResource {
    static final String UPLOAD_OFFSET = "Upload-Offset";
    static final String UPLOAD_LENGTH = "Upload-Length";
    private static final String RANGE = "Range";
    private static final String CONTENT_RANGE = "Content-Range";

    /** How far is my upload? RFC 9110's form for a length without a range, as other stores use it. */
    private static final Pattern ENQUIRY = Pattern.compile("bytes \\*/\\d{1,18}");

    @Inject
    ArtifactFacade artifacts;

    @Context
    SecurityContext security;

    /** What the store holds of an artifact. */
    public record ArtifactState(String sha256, long offset, long size, boolean complete) {}

    @PUT
    @Answer(ArtifactState.class)
    @Answer(status = 201, value = ArtifactState.class)
    @Answer(status = 202, value = ArtifactState.class)
    public Response put(
            @PathParam("sha256") String sha256,
            @HeaderParam(CONTENT_RANGE) @Nullable String range,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length,
            InputStream body) {
        if (range != null && ENQUIRY.matcher(range).matches()) {
            return state(sha256, artifacts.look(account(), sha256)).build();
        }
        Piece piece = Piece.of(range, length)
                .orElseThrow(
                        () -> new CoordinatorException(
                                ErrorCode.MALFORMED_REQUEST,
                                "Send Content-Length for a whole artifact, or 'Content-Range: bytes FIRST-LAST/SIZE' for a piece."));
        try {
            return answer(sha256, artifacts.put(account(), sha256, piece, body), piece);
        } catch (CoordinatorException e) {
            return continued(e).orElseThrow(() -> e);
        }
    }

    @HEAD
    @Answer(Void.class)
    public Response head(@PathParam("sha256") String sha256) {
        return switch (artifacts.look(account(), sha256)) {
            case Looked.Whole whole ->
                described(sha256, Response.ok())
                        .header(HttpHeaders.CONTENT_LENGTH, whole.size())
                        .build();
            case Looked.Begun begun ->
                Response.status(Response.Status.NOT_FOUND)
                        .header(UPLOAD_OFFSET, begun.offset())
                        .header(UPLOAD_LENGTH, begun.total())
                        .build();
        };
    }

    @GET
    public Response get(
            @PathParam("sha256") String sha256,
            @HeaderParam(RANGE) @Nullable String range,
            @HeaderParam("If-Range") @Nullable String ifRange,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        Download download = artifacts.open(account(), sha256);
        if (ifNoneMatch != null
                && (ifNoneMatch.contains(tag(sha256)) || ifNoneMatch.strip().equals("*"))) {
            return described(sha256, Response.notModified()).build();
        }
        boolean asked = ifRange == null || ifRange.strip().equals(tag(sha256));
        return switch (asked ? ByteRange.of(range, download.size()) : new ByteRange.Whole()) {
            case ByteRange.Whole whole ->
                described(sha256, Response.ok((StreamingOutput) download::sendTo))
                        .header(HttpHeaders.CONTENT_LENGTH, download.size())
                        .build();
            case ByteRange.Part part ->
                described(
                                sha256,
                                Response.status(Response.Status.PARTIAL_CONTENT)
                                        .entity((StreamingOutput) out -> download.sendTo(out, part)))
                        .header(HttpHeaders.CONTENT_LENGTH, part.length())
                        .header(CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + download.size())
                        .build();
            case ByteRange.Unsatisfiable none -> {
                Response refusal = Errors.answer(
                        ErrorCode.RANGE_NOT_SATISFIABLE,
                        "There are no bytes in that range.",
                        Map.of("size", download.size()));
                yield Response.fromResponse(refusal)
                        .header(CONTENT_RANGE, "bytes */" + download.size())
                        .build();
            }
        };
    }

    private static Response answer(String sha256, Uploaded uploaded, Piece piece) {
        return switch (uploaded) {
            case Uploaded.Whole whole ->
                tagged(sha256, Response.status(whole.created() ? Response.Status.CREATED : Response.Status.OK))
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(new ArtifactState(sha256, piece.total(), piece.total(), true))
                        .build();
            case Uploaded.Part part ->
                begun(sha256, part.offset(), part.total()).build();
        };
    }

    private static ResponseBuilder state(String sha256, Looked looked) {
        return switch (looked) {
            case Looked.Whole whole ->
                tagged(sha256, Response.ok())
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(new ArtifactState(sha256, whole.size(), whole.size(), true));
            case Looked.Begun begun -> begun(sha256, begun.offset(), begun.total());
        };
    }

    private static ResponseBuilder begun(String sha256, long offset, long total) {
        ResponseBuilder answer = Response.accepted(new ArtifactState(sha256, offset, total, false))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(UPLOAD_OFFSET, offset)
                .header(UPLOAD_LENGTH, total);
        return offset == 0 ? answer : answer.header(RANGE, "bytes=0-" + (offset - 1));
    }

    /** A refusal that knows where the upload stands says so in a header, too. */
    private static Optional<Response> continued(CoordinatorException refused) {
        Object offset = refused.facts().get("offset");
        return offset == null
                ? Optional.empty()
                : Optional.of(Response.fromResponse(
                                Errors.answer(refused.code(), String.valueOf(refused.getMessage()), refused.facts()))
                        .header(UPLOAD_OFFSET, offset)
                        .build());
    }

    private static ResponseBuilder described(String sha256, ResponseBuilder answer) {
        return tagged(sha256, answer)
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header("Accept-Ranges", "bytes")
                .header("Content-Disposition", "attachment")
                .header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CACHE_CONTROL, "private, immutable, max-age=31536000");
    }

    private static ResponseBuilder tagged(String sha256, ResponseBuilder answer) {
        return answer.tag(new EntityTag(sha256));
    }

    private static String tag(String sha256) {
        return '"' + sha256 + '"';
    }

    private UUID account() {
        return Callers.of(security).accountId();
    }
}

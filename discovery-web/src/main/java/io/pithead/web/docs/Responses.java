package io.pithead.web.docs;

import io.pithead.web.json.Answer;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** What an operation answers: by its methods' annotations where it has any, else by their return types. */
final class Responses {
    private static final String OK = "200";
    private static final String NO_CONTENT = "204";
    private static final String ANYTHING_ELSE = "default";
    private static final String ANY_MEDIA_TYPE = "*/*";

    private final RecordSchemas records;
    private final Schema refusal;

    Responses(RecordSchemas records, Schema refusal) {
        this.records = records;
        this.refusal = refusal;
    }

    APIResponses of(Operation operation, List<Method> methods) {
        APIResponses responses = OASFactory.createAPIResponses();
        Set<String> scanned = mediaTypes(operation.getResponses());
        methods.forEach(method -> describe(method, scanned, responses));
        return responses.addAPIResponse(
                ANYTHING_ELSE, answer("Refused, or failed", MediaType.APPLICATION_JSON, refusal));
    }

    private void describe(Method method, Set<String> mediaTypes, APIResponses responses) {
        Answer[] answers = method.getAnnotationsByType(Answer.class);
        for (Answer answer : answers) {
            String status = Integer.toString(answer.status());
            if (answer.value().length == 1 && answer.value()[0] == Void.class) {
                responses.addAPIResponse(status, OASFactory.createAPIResponse().description("Done"));
            } else {
                put(responses, status, MediaType.APPLICATION_JSON, oneOf(answer.value()));
            }
        }
        Type type = method.getGenericReturnType();
        if (type != void.class && type != Response.class) {
            put(responses, OK, MediaType.APPLICATION_JSON, records.of(type));
        } else if (type == void.class && answers.length == 0 && isSynchronous(method)) {
            responses.addAPIResponse(NO_CONTENT, OASFactory.createAPIResponse().description("Done"));
        }
        mediaTypes.stream()
                .filter(mediaType -> !mediaType.startsWith(MediaType.APPLICATION_JSON))
                .filter(mediaType -> answers.length == 0 || !mediaType.equals(ANY_MEDIA_TYPE))
                .filter(mediaType -> type == Response.class || type == void.class)
                .filter(mediaType -> isSynchronous(method) || !mediaType.equals(ANY_MEDIA_TYPE))
                .forEach(mediaType -> put(responses, OK, mediaType, bytes()));
    }

    private static boolean isSynchronous(Method method) {
        return Arrays.stream(method.getParameterTypes()).noneMatch(jakarta.ws.rs.container.AsyncResponse.class::equals);
    }

    private Schema oneOf(Class<?>[] types) {
        if (types.length == 1) {
            return records.of(types[0]);
        }
        Schema schema = OASFactory.createSchema();
        for (Class<?> type : types) {
            schema.addOneOf(records.of(type));
        }
        return schema;
    }

    /** What is not JSON is a stream. */
    private static Schema bytes() {
        return OASFactory.createSchema().type(Schema.SchemaType.STRING).format("binary");
    }

    private static Set<String> mediaTypes(APIResponses scanned) {
        var mediaTypes = new LinkedHashSet<String>();
        if (scanned != null) {
            scanned.getAPIResponses().values().stream()
                    .map(APIResponse::getContent)
                    .filter(content -> content != null && content.getMediaTypes() != null)
                    .forEach(
                            content -> mediaTypes.addAll(content.getMediaTypes().keySet()));
        }
        return mediaTypes;
    }

    private static void put(APIResponses responses, String status, String mediaType, Schema schema) {
        APIResponse known = responses.getAPIResponse(status);
        if (known == null || known.getContent() == null) {
            responses.addAPIResponse(status, answer("Done", mediaType, schema));
        } else {
            known.getContent()
                    .addMediaType(mediaType, OASFactory.createMediaType().schema(schema));
        }
    }

    private static APIResponse answer(String description, String mediaType, Schema schema) {
        Content content = OASFactory.createContent()
                .addMediaType(mediaType, OASFactory.createMediaType().schema(schema));
        return OASFactory.createAPIResponse().description(description).content(content);
    }
}

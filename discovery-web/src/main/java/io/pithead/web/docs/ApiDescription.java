package io.pithead.web.docs;

import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorEnvelope;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** Puts right what the server's scan of the resources does not know; named in microprofile-config.properties. */
public final class ApiDescription implements OASFilter {
    /** Where wire records live; a schema of another package stays as it was scanned. */
    private static final List<String> PACKAGES = List.of(
            "io.pithead.protocol.admin",
            "io.pithead.protocol.challenge",
            "io.pithead.protocol.discovery",
            "io.pithead.protocol.error",
            "io.pithead.protocol.job",
            "io.pithead.protocol.key",
            "io.pithead.protocol.node",
            "io.pithead.protocol.queue",
            "io.pithead.protocol.receipt",
            "io.pithead.protocol.seal",
            "io.pithead.protocol.wallet",
            "io.pithead.protocol.webhook",
            "io.pithead.web.api");

    private static final Pattern NOT_A_WORD = Pattern.compile("[^a-z0-9]+");

    @Override
    public Parameter filterParameter(Parameter parameter) {
        Schema schema = parameter.getSchema();
        // ids and enums: the scan calls them objects, and no parameter is one
        if (schema != null && schema.getRef() == null && schema.getType() == Schema.SchemaType.OBJECT) {
            schema.type(Schema.SchemaType.STRING);
        }
        return parameter;
    }

    @Override
    public void filterOpenAPI(OpenAPI api) {
        var records = new RecordSchemas();
        describeRecords(api, records);
        Schema refusal = OASFactory.createSchema().ref("#/components/schemas/" + ErrorEnvelope.class.getSimpleName());
        if (api.getPaths() == null) {
            return;
        }
        Map<String, List<Method>> known = Resources.byOperation();
        for (Map.Entry<String, PathItem> path : api.getPaths().getPathItems().entrySet()) {
            for (Map.Entry<PathItem.HttpMethod, Operation> operation :
                    path.getValue().getOperations().entrySet()) {
                name(operation.getValue(), operation.getKey(), path.getKey());
                List<Method> methods = known.getOrDefault(
                        Resources.operation(operation.getKey().name(), path.getKey()), List.of());
                operation.getValue().responses(new Responses(records, refusal).of(operation.getValue(), methods));
            }
        }
        records.known().forEach(api.getComponents()::addSchema);
    }

    private static void describeRecords(OpenAPI api, RecordSchemas records) {
        records.describe(ErrorEnvelope.class);
        Map<String, Schema> scanned =
                api.getComponents() == null ? null : api.getComponents().getSchemas();
        if (scanned != null) {
            scanned.keySet().forEach(name -> find(name).ifPresent(records::describe));
            // its items have no type there
            api.getComponents().removeSchema(Page.class.getSimpleName());
        }
        if (api.getComponents() == null) {
            api.components(OASFactory.createComponents());
        }
    }

    private static Optional<Class<?>> find(String name) {
        for (String folder : PACKAGES) {
            try {
                Class<?> type = Class.forName(folder + "." + name, false, ApiDescription.class.getClassLoader());
                if (type.isRecord() || type.isEnum()) {
                    return Optional.of(type);
                }
            } catch (ClassNotFoundException e) {
                // in another package, or nested: then its owner describes it
                continue;
            }
        }
        return Optional.empty();
    }

    /** Method names repeat between resources; an operation id may not. */
    private static void name(Operation operation, PathItem.HttpMethod method, String path) {
        String words = NOT_A_WORD.matcher(path.toLowerCase(Locale.ROOT)).replaceAll("_");
        operation.operationId(method.name().toLowerCase(Locale.ROOT) + words.replaceAll("_$", ""));
        operation.tags(List.of(group(path)));
    }

    private static String group(String path) {
        String[] parts = path.split("/");
        for (String part : parts) {
            if (!part.isEmpty() && !part.equals("v1")) {
                return part;
            }
        }
        return "pithead";
    }
}

package io.pithead.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.node.NodeLimits;
import io.pithead.protocol.node.Versions;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/miners/register}: capabilities as AITBC's matcher reads them ({@code gpus:[{name, memory_mb}], cuda,
 * models, price}) and as its own documents write them ({@code gpu, vram_gb}).
 */
public record AitbcCapabilities(
        @Nullable JsonNode capabilities,
        @Nullable Integer concurrency,
        @Nullable String region) {
    private static final int MB_PER_GB = 1_024;
    private static final int MAX_NAMES = 256;

    MinerCapabilities asCapabilities(String minerId, List<String> defaultWorkloads) {
        JsonNode stated =
                capabilities == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : capabilities;
        boolean gpu = !stated.path("gpus").isEmpty()
                || stated.path("gpu").asBoolean(stated.path("gpu").isTextual());
        List<String> workloads = names(stated.path("workloads"));
        return new MinerCapabilities(
                minerId,
                gpu ? Mode.GPU : Mode.CPU,
                gpu,
                concurrency,
                workloads.isEmpty() ? defaultWorkloads : workloads,
                new NodeLimits(vramMb(stated), null, null, null),
                null,
                null,
                names(stated.path("models")),
                null,
                region,
                price(stated.path("price")),
                null,
                cuda(stated.path("cuda")),
                false,
                null);
    }

    private static @Nullable Long vramMb(JsonNode stated) {
        long most = 0;
        for (JsonNode gpu : stated.path("gpus")) {
            most = Math.max(most, gpu.path("memory_mb").asLong(0));
        }
        if (most == 0) {
            most = (long) (stated.path("vram_gb").asDouble(0) * MB_PER_GB);
        }
        return most > 0 ? most : null;
    }

    private static @Nullable String cuda(JsonNode cuda) {
        return cuda.isTextual() && Versions.FORM.matcher(cuda.textValue()).matches() ? cuda.textValue() : null;
    }

    /** Their price is a float; what cannot be an amount is no ask. */
    private static @Nullable String price(JsonNode price) {
        if (!price.isNumber() || price.decimalValue().signum() < 0) {
            return null;
        }
        BigDecimal rounded = price.decimalValue().setScale(6, RoundingMode.CEILING);
        return rounded.precision() > 30 ? null : rounded.toPlainString();
    }

    private static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        for (JsonNode name : list) {
            if (name.isTextual() && !name.textValue().isBlank() && names.size() < MAX_NAMES) {
                names.add(name.textValue());
            }
        }
        return names;
    }
}

package io.pithead.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A JSON document taken apart: its numbers, and the text of all else, so that two can be compared figure by figure. */
public final class NumberDocument {
    /** Read as a whole, so that members may come in any order. */
    public static final int MAX_BYTES = 1 << 20;

    private final String shape;
    private final double[] numbers;

    private NumberDocument(String shape, double[] numbers) {
        this.shape = shape;
        this.numbers = numbers;
    }

    public static NumberDocument read(byte[] body) throws InvalidPayloadException {
        if (body.length > MAX_BYTES) {
            throw InvalidPayloadException.notJson("The document is larger than " + MAX_BYTES + " bytes.");
        }
        var shape = new StringBuilder();
        var numbers = new ArrayList<Double>();
        take(Json.tree(body), shape, numbers);
        double[] values = numbers.stream().mapToDouble(Double::doubleValue).toArray();
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw InvalidPayloadException.notJson("A number is too large.");
            }
        }
        return new NumberDocument(shape.toString(), values);
    }

    private static void take(JsonNode node, StringBuilder shape, List<Double> numbers) {
        if (node.isNumber()) {
            shape.append('#');
            numbers.add(node.doubleValue());
        } else if (node.isArray()) {
            shape.append('[');
            for (JsonNode item : node) {
                take(item, shape, numbers);
                shape.append(',');
            }
            shape.append(']');
        } else if (node.isObject()) {
            shape.append('{');
            var sorted = new TreeMap<String, JsonNode>();
            node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
            for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
                shape.append(Json.text(member.getKey())).append(':');
                take(member.getValue(), shape, numbers);
                shape.append(',');
            }
            shape.append('}');
        } else {
            shape.append(node);
        }
    }

    /** Equal for documents that differ in numbers only, in the order of members and in white space. */
    public String shape() {
        return shape;
    }

    /** In the order of the shape. */
    public double[] numbers() {
        return numbers.clone();
    }
}

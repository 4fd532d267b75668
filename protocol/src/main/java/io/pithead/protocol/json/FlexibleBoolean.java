package io.pithead.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/** Reads true, false, 1 and 0: the AITBC guide's type table says boolean, its script sends a number. */
public final class FlexibleBoolean extends StdScalarDeserializer<Boolean> {
    private static final long serialVersionUID = 1L;

    public FlexibleBoolean() {
        super(Boolean.class);
    }

    @Override
    public Boolean deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_TRUE || (token == JsonToken.VALUE_NUMBER_INT && parser.getLongValue() == 1)) {
            return Boolean.TRUE;
        }
        if (token == JsonToken.VALUE_FALSE || (token == JsonToken.VALUE_NUMBER_INT && parser.getLongValue() == 0)) {
            return Boolean.FALSE;
        }
        return (Boolean) context.handleUnexpectedToken(Boolean.class, parser);
    }
}

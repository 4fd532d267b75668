package io.pithead.web.console;

import java.util.ArrayList;
import java.util.List;

/** What a visitor fills in. It works without script; one that changes something carries the visitor's token. */
public record Form(
        String button, String spoken, String action, String method, String look, boolean row, List<Field> fields) {
    private static final int SHORT = 200;
    private static final int LONG = 100_000;

    public Form {
        fields = List.copyOf(fields);
    }

    /** What a field takes. */
    public enum Kind {
        TEXT("text", "off"),
        NAME("text", "username"),
        PASSWORD("password", "current-password"),
        NEW_PASSWORD("password", "new-password"),
        ONE_TIME_CODE("text", "one-time-code"),
        SELECT("", "off"),
        AREA("", "off"),
        HIDDEN("hidden", "off");

        private final String type;
        private final String autocomplete;

        Kind(String type, String autocomplete) {
            this.type = type;
            this.autocomplete = autocomplete;
        }

        public String type() {
            return type;
        }

        public String autocomplete() {
            return autocomplete;
        }
    }

    public record Option(String value, String text) {}

    public record Field(
            String name, String label, Kind kind, String value, boolean required, String hint, List<Option> options) {
        public Field {
            options = List.copyOf(options);
        }

        public String longest() {
            return Integer.toString(kind == Kind.AREA ? LONG : SHORT);
        }
    }

    /** Changes something. */
    static Form post(String button, String action) {
        return new Form(button, button, action, "post", "", false, List.of());
    }

    /** Asks for another page. */
    static Form get(String button, String action) {
        return new Form(button, button, action, "get", "", true, List.of());
    }

    /** For a button among many alike: what it is for, said to who does not see where it stands. */
    Form of(String subject) {
        return new Form(button, button + " " + subject, action, method, look, row, fields);
    }

    Form main() {
        return new Form(button, spoken, action, method, "main-act", row, fields);
    }

    Form dangerous() {
        return new Form(button, spoken, action, method, "bad", row, fields);
    }

    Form inLine() {
        return new Form(button, spoken, action, method, look, true, fields);
    }

    Form with(String name, String label, Kind kind, boolean required, String hint) {
        return with(new Field(name, label, kind, "", required, hint, List.of()));
    }

    Form filled(String name, String label, Kind kind, String value, boolean required, String hint) {
        return with(new Field(name, label, kind, value, required, hint, List.of()));
    }

    Form choice(String name, String label, String value, List<Option> options) {
        return with(new Field(name, label, Kind.SELECT, value, false, "", options));
    }

    Form hidden(String name, String value) {
        return with(new Field(name, "", Kind.HIDDEN, value, false, "", List.of()));
    }

    private Form with(Field field) {
        var more = new ArrayList<>(fields);
        more.add(field);
        return new Form(button, spoken, action, method, look, row, more);
    }

    public boolean changes() {
        return method.equals("post");
    }

    public String css() {
        if (fields.stream().allMatch(field -> field.kind() == Kind.HIDDEN)) {
            return "inline";
        }
        return row ? "fields row" : "fields";
    }
}

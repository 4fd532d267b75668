package io.pithead.protocol.json;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a wire record, so that one answer names every wrong member. */
public final class Checks {
    private static final int REPLACEMENT = 0xfffd;

    private final Map<String, String> problems = new LinkedHashMap<>();

    /** Thrown from a record's constructor; pointers are relative to that record. */
    public static final class WrongMembersException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
        private final transient Map<String, String> problems;

        WrongMembersException(Map<String, String> problems) {
            super(problems.toString());
            this.problems = Map.copyOf(problems);
        }

        public Map<String, String> problems() {
            return problems;
        }
    }

    /** A name that somebody else chose, as a part of a pointer (RFC 6901 §3). */
    public static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    public Checks present(String member, @Nullable Object value) {
        return that(member, value != null, "is required");
    }

    public Checks that(String member, boolean holds, String otherwise) {
        if (!holds) {
            problems.putIfAbsent(member, otherwise);
        }
        return this;
    }

    /** Absent values pass; combine with {@link #present} where one is required. */
    public Checks range(String member, @Nullable Number value, long min, long max) {
        return that(
                member,
                value == null || (value.longValue() >= min && value.longValue() <= max),
                "must be from " + min + " to " + max);
    }

    public Checks text(String member, @Nullable String value, int maxLength) {
        return that(
                member,
                value == null || (!value.isBlank() && value.length() <= maxLength && printable(value)),
                "must be 1 to " + maxLength + " printable characters");
    }

    public Checks matches(String member, @Nullable String value, Pattern pattern, String otherwise) {
        return that(member, value == null || pattern.matcher(value).matches(), otherwise);
    }

    public Checks oneOf(String member, @Nullable String value, Set<String> allowed) {
        return that(member, value == null || allowed.contains(value), "must be one of " + allowed);
    }

    public Checks size(String member, @Nullable Collection<?> value, int max) {
        return that(member, value == null || value.size() <= max, "must have at most " + max + " items");
    }

    /** A count, time or size: absent, or finite and not negative. */
    public Checks quantity(String member, @Nullable BigDecimal value) {
        return that(member, value == null || value.signum() >= 0, "must not be negative");
    }

    public void done() {
        if (!problems.isEmpty()) {
            throw new WrongMembersException(problems);
        }
    }

    /** No control characters, and no half of a surrogate pair: that is no character, and no database stores it. */
    private static boolean printable(String value) {
        return value.codePoints().noneMatch(point -> Character.isISOControl(point) || isHalf(point));
    }

    /** The text without what no database stores: U+0000 and halves of surrogate pairs. For text that must get through. */
    public static String storable(String value) {
        if (value.codePoints().noneMatch(point -> point == 0 || isHalf(point))) {
            return value;
        }
        return value.codePoints()
                .map(point -> point == 0 || isHalf(point) ? REPLACEMENT : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}

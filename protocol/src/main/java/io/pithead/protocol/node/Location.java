package io.pithead.protocol.node;

import io.pithead.protocol.json.Checks;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A place on the earth in degrees, as the owner of a machine states it. */
public record Location(BigDecimal latitude, BigDecimal longitude) {
    static final BigDecimal MAX_LATITUDE = BigDecimal.valueOf(90);
    static final BigDecimal MAX_LONGITUDE = BigDecimal.valueOf(180);
    /** A tenth of a metre; more digits say nothing, and a number may have a million of them. */
    static final int MAX_DECIMALS = 6;

    public Location {
        new Checks()
                .present("latitude", latitude)
                .that("latitude", isWithin(latitude, MAX_LATITUDE), form(MAX_LATITUDE))
                .present("longitude", longitude)
                .that("longitude", isWithin(longitude, MAX_LONGITUDE), form(MAX_LONGITUDE))
                .done();
    }

    private static boolean isWithin(@Nullable BigDecimal degrees, BigDecimal max) {
        return degrees == null
                || (degrees.scale() >= -MAX_DECIMALS
                        && degrees.scale() <= MAX_DECIMALS
                        && degrees.abs().compareTo(max) <= 0);
    }

    private static String form(BigDecimal max) {
        return "must be from -" + max + " to " + max + " with at most " + MAX_DECIMALS + " decimals";
    }
}

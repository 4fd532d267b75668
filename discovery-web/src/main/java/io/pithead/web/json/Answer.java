package io.pithead.web.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a resource method answers, where its return type does not say it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Answer.All.class)
public @interface Answer {
    int status() default 200;

    /** The body in JSON; {@code Void} for an answer without one. Several: one of them. */
    Class<?>[] value();

    /** For the compiler. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface All {
        Answer[] value();
    }
}

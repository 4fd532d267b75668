package io.pithead.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A class of tests on a database that nobody embedded; skipped, and counted, where the system has none. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsPostgres.Condition.class)
@interface NeedsPostgres {

    /** Asks {@link Postgres#installed()}. */
    final class Condition implements ExecutionCondition {
        /** For JUnit. */
        Condition() {}

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Postgres.installed()
                    .map(bin -> ConditionEvaluationResult.enabled(bin.toString()))
                    .orElseGet(() ->
                            ConditionEvaluationResult.disabled("PostgreSQL is not installed (Debian: postgresql)"));
        }
    }
}

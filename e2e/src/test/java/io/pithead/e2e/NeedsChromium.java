package io.pithead.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A class of tests that look at pages as people do; skipped, and counted, where there is no browser. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsChromium.Condition.class)
@interface NeedsChromium {

    /** Looks for the system's own. */
    final class Condition implements ExecutionCondition {
        /** For JUnit. */
        Condition() {}

        /** Where the system has one. */
        static Optional<Path> installed() {
            return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                    .map(Path::of)
                    .filter(Files::isExecutable)
                    .findFirst();
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return installed()
                    .map(browser -> ConditionEvaluationResult.enabled(browser.toString()))
                    .orElseGet(
                            () -> ConditionEvaluationResult.disabled("Chromium is not installed (Debian: chromium)"));
        }
    }
}

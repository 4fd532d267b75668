package io.pithead.validator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.pithead.testing.architecture.CoreRules;
import io.pithead.testing.architecture.ModuleRules;

@AnalyzeClasses(packages = "io.pithead.validator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchTests MODULE = ArchTests.in(ModuleRules.class);

    @ArchTest
    static final ArchTests CORES = ArchTests.in(CoreRules.class);

    /** A party of its own: what it knows of a coordinator it is told by HTTP, wherever the two run. */
    @ArchTest
    static final ArchRule of_the_coordinator_it_knows_what_every_instance_runs_on = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.pithead.coordinator..")
                    .and(DescribedPredicate.not(resideInAnyPackage(
                            "io.pithead.coordinator.platform",
                            "io.pithead.coordinator.outbox",
                            "io.pithead.coordinator.chain",
                            "io.pithead.coordinator.health"))));
}

package io.pithead.cli;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import io.pithead.testing.architecture.ModuleRules;

@AnalyzeClasses(packages = "io.pithead.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchTests MODULE = ArchTests.in(ModuleRules.class);
}

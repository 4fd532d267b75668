package io.pithead.testing.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.pithead.testing.architecture.ModuleRules.CORES;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/** The rules of modules that have cores: what decides is told everything, and does nothing. */
public final class CoreRules {
    /** Jackson's annotations say how a value is written and run nothing; {@code javax.crypto} is Java's own. */
    private static final String[] KNOWN = {
        "java..",
        "javax.crypto..",
        "org.jspecify..",
        "com.fasterxml.jackson.annotation..",
        "io.pithead.protocol..",
        CORES
    };

    private static final String[] EFFECTS = {
        "java.sql..", "java.nio.file..", "java.nio.channels..", "java.net.http..", "java.util.logging.."
    };

    private static final Set<String> EFFECTIVE_TYPES = Set.of(
            "java.lang.System$Logger",
            "java.lang.Thread",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.io.File",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.RandomAccessFile",
            "java.net.Socket",
            "java.net.ServerSocket",
            "java.security.SecureRandom",
            "java.util.concurrent.ThreadLocalRandom",
            "java.util.concurrent.Executors");

    /**
     * Members that answer differently when asked the same thing twice, by their class. {@code InetAddress.getByName} is not
     * among them: before Java 22 nothing else reads an address that is written in digits.
     */
    private static final Map<String, Set<String>> FICKLE = Map.of(
            "java.lang.System",
            Set.of("currentTimeMillis", "nanoTime", "getLogger", "getenv", "getProperty", "out", "err", "in"),
            "java.lang.Math",
            Set.of("random"),
            "java.util.UUID",
            Set.of("randomUUID"),
            "java.util.Random",
            Set.of(JavaConstructor.CONSTRUCTOR_NAME),
            "java.net.InetAddress",
            Set.of("getAllByName", "getLocalHost"),
            "io.pithead.protocol.id.Ids",
            Set.of("next"));

    @ArchTest
    static final ArchRule cores_know_java_the_protocol_and_other_cores = classes()
            .that()
            .resideInAPackage(CORES)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(KNOWN);

    @ArchTest
    static final ArchRule cores_do_nothing_outside_themselves = noClasses()
            .that()
            .resideInAPackage(CORES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EFFECTS)
            .orShould()
            .dependOnClassesThat(
                    DescribedPredicate.describe("have effects", type -> EFFECTIVE_TYPES.contains(type.getFullName())));

    @ArchTest
    static final ArchRule cores_read_no_clock_and_make_nothing_up = noClasses()
            .that()
            .resideInAPackage(CORES)
            .should()
            .accessTargetWhere(DescribedPredicate.describe("tells the time or rolls dice", CoreRules::isFickle));

    private CoreRules() {}

    /** References to a method count as calls of it. */
    private static boolean isFickle(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getFullName();
        String member = access.getName();
        if (access.getTargetOwner().getPackageName().equals("java.time")) {
            return member.equals("now") || (owner.equals("java.time.Clock") && !member.equals("instant"));
        }
        return FICKLE.getOrDefault(owner, Set.of()).contains(member);
    }
}

package io.pithead.testing.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** The rules of every module: {@code @ArchTest static final ArchTests MODULE = ArchTests.in(ModuleRules.class)}. */
public final class ModuleRules {
    static final String OURS = "io.pithead.";
    static final String CORES = "io.pithead..core..";
    private static final String ENTITY = "jakarta.persistence.Entity";

    /** A core stands apart from its shell: what decides may know what others decide, whoever carries it out. */
    @ArchTest
    static final ArchRule components_and_cores_know_each_other_in_one_direction =
            slices().assignedFrom(new Components()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule rows_are_read_and_written_by_their_own_component_alone =
            classes().should(leaveTheRowsOfOthersAlone());

    @ArchTest
    static final ArchRule times_are_those_of_java_time = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo("java.util.Date")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo("java.util.Calendar")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo("java.text.DateFormat");

    @ArchTest
    static final ArchRule names_say_what_a_class_is =
            noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Data|Info)");

    private ModuleRules() {}

    /** {@code io.pithead.coordinator.lease.core} is the core of {@code lease}; what lies in the root is of no component. */
    private static final class Components implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String[] names = type.getPackageName().split("\\.", -1);
            if (!type.getPackageName().startsWith(OURS) || names.length < 4) {
                return SliceIdentifier.ignore();
            }
            return SliceIdentifier.of(names[3], names.length > 4 ? names[4] : "shell");
        }

        @Override
        public String getDescription() {
            return "components, their cores apart";
        }
    }

    private static ArchCondition<JavaClass> leaveTheRowsOfOthersAlone() {
        return new ArchCondition<>("use no store and no entity of another component") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(use -> holdsRows(use.getTargetClass())
                                && !use.getTargetClass().getPackageName().equals(type.getPackageName()))
                        .forEach(use -> events.add(SimpleConditionEvent.violated(type, use.getDescription())));
            }
        };
    }

    private static boolean holdsRows(JavaClass type) {
        return type.getPackageName().startsWith(OURS)
                && (type.getSimpleName().endsWith("Store") || type.isAnnotatedWith(ENTITY));
    }
}

package io.pithead.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.pithead.protocol.key.Scope;
import io.pithead.web.security.ForUsers;
import io.pithead.web.security.OpenToAll;
import io.pithead.web.security.Secured;
import io.pithead.web.security.WalletSigned;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What holds for the whole edge. */
class EdgeRulesTest {
    private static final JavaClasses EDGE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.pithead.web");

    private static final DescribedPredicate<JavaMethod> RESOURCE_METHODS = DescribedPredicate.describe(
            "resource methods", method -> method.getAnnotations().stream().anyMatch(EdgeRulesTest::isVerb));

    @Test
    void every_resource_method_says_who_may_call_it() {
        assertThat(EDGE.stream().flatMap(type -> type.getMethods().stream()).filter(RESOURCE_METHODS))
                .hasSizeGreaterThan(10);
        methods().that(RESOURCE_METHODS).should(sayWhoMayCall()).check(EDGE);
    }

    /** Without a default it would be null, which a primitive cannot be: an answer 500 to a request that is only incomplete. */
    @Test
    void every_number_in_a_query_has_a_default_or_may_be_absent() {
        assertThat(EDGE.stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(RESOURCE_METHODS)
                        .flatMap(method -> method.getParameters().stream())
                        .filter(parameter -> parameter.isAnnotatedWith(QueryParam.class)
                                && parameter.getRawType().isPrimitive()
                                && !parameter.isAnnotatedWith(DefaultValue.class))
                        .map(parameter -> parameter.getOwner().getFullName()))
                .isEmpty();
    }

    @Test
    void the_operators_api_is_for_admin_keys_alone() {
        methods()
                .that(RESOURCE_METHODS)
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.pithead.web.admin")
                .should(beForAdminsAlone())
                .check(EDGE);
    }

    @Test
    void only_the_operators_api_and_the_metrics_take_admin_keys_alone() {
        assertThat(EDGE.stream()
                        .filter(type -> type.isAnnotatedWith(Secured.class)
                                && Arrays.equals(
                                        type.getAnnotationOfType(Secured.class).value(), new Scope[] {Scope.ADMIN}))
                        .map(type -> type.getPackageName()))
                .isNotEmpty()
                .isSubsetOf("io.pithead.web.admin", "io.pithead.web.metrics", "io.pithead.web.api");
    }

    @Test
    void the_edge_asks_facades_and_never_the_database() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("javax.sql.DataSource")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.pithead.coordinator.platform.Database")
                .check(EDGE);
    }

    private static boolean isVerb(JavaAnnotation<?> annotation) {
        return annotation.getRawType().isAnnotatedWith(HttpMethod.class);
    }

    private static ArchCondition<JavaMethod> sayWhoMayCall() {
        return new ArchCondition<>(
                "be @Secured for some scope, @OpenToAll for some reason, @ForUsers, or @WalletSigned") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean open = annotation(method, OpenToAll.class)
                        .map(reason -> !reason.value().isBlank())
                        .orElse(false);
                boolean secured = annotation(method, Secured.class)
                        .map(keys -> keys.value().length > 0)
                        .orElse(false);
                boolean signed = annotation(method, WalletSigned.class).isPresent();
                boolean people = annotation(method, ForUsers.class).isPresent();
                events.add(new SimpleConditionEvent(method, open || secured || signed || people, method.getFullName()));
            }
        };
    }

    private static ArchCondition<JavaMethod> beForAdminsAlone() {
        return new ArchCondition<>("be @Secured(ADMIN)") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean admins = annotation(method, Secured.class)
                        .map(keys -> Arrays.equals(keys.value(), new Scope[] {Scope.ADMIN}))
                        .orElse(false);
                events.add(new SimpleConditionEvent(method, admins, method.getFullName()));
            }
        };
    }

    private static <A extends Annotation> Optional<A> annotation(JavaMethod method, Class<A> annotation) {
        return method.tryGetAnnotationOfType(annotation)
                .or(() -> method.getOwner().tryGetAnnotationOfType(annotation));
    }
}

package io.pithead.web.docs;

import io.pithead.web.admin.AccountsResource;
import io.pithead.web.admin.AuditResource;
import io.pithead.web.admin.ChainOrderResource;
import io.pithead.web.admin.ChainResource;
import io.pithead.web.admin.DeadWebhookResource;
import io.pithead.web.admin.DepositsResource;
import io.pithead.web.admin.DisagreementsResource;
import io.pithead.web.admin.DiscoveryFactsResource;
import io.pithead.web.admin.DisputesResource;
import io.pithead.web.admin.GroupsResource;
import io.pithead.web.admin.NodeBanResource;
import io.pithead.web.admin.NodeDrainResource;
import io.pithead.web.admin.ObjectivesResource;
import io.pithead.web.admin.OverviewResource;
import io.pithead.web.admin.QueueResource;
import io.pithead.web.admin.SanctionsResource;
import io.pithead.web.admin.SettingsResource;
import io.pithead.web.admin.SettlementResource;
import io.pithead.web.admin.StatsResource;
import io.pithead.web.admin.TwinsResource;
import io.pithead.web.admin.UsersResource;
import io.pithead.web.api.AitbcMinerResource;
import io.pithead.web.api.ArtifactResource;
import io.pithead.web.api.AttestationResource;
import io.pithead.web.api.ChainsResource;
import io.pithead.web.api.ChargeResource;
import io.pithead.web.api.DiscoveryResource;
import io.pithead.web.api.EpochResource;
import io.pithead.web.api.GroupResource;
import io.pithead.web.api.JobEventResource;
import io.pithead.web.api.JobLogResource;
import io.pithead.web.api.JobResource;
import io.pithead.web.api.LeaderboardResource;
import io.pithead.web.api.LogFollowResource;
import io.pithead.web.api.MinerChallengeResource;
import io.pithead.web.api.MinerFileResource;
import io.pithead.web.api.MinerInviteResource;
import io.pithead.web.api.MinerLogResource;
import io.pithead.web.api.MinerResource;
import io.pithead.web.api.MinerSnapshotResource;
import io.pithead.web.api.NodeResource;
import io.pithead.web.api.RefereeResource;
import io.pithead.web.api.ReputationResource;
import io.pithead.web.api.RunResource;
import io.pithead.web.api.SanctionResource;
import io.pithead.web.api.SessionOidcResource;
import io.pithead.web.api.SessionResource;
import io.pithead.web.api.TaskResource;
import io.pithead.web.api.TaskSnapshotResource;
import io.pithead.web.api.ValidatorChargeResource;
import io.pithead.web.api.ValidatorResource;
import io.pithead.web.api.WalletResource;
import io.pithead.web.api.WebhookResource;
import io.pithead.web.health.HealthResource;
import io.pithead.web.metrics.MetricsResource;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The resource methods by verb and path, as OpenAPI names them. */
final class Resources {
    /** All but what the description hides; a test holds this to the code. */
    static final List<Class<?>> CLASSES = List.of(
            AccountsResource.class,
            AitbcMinerResource.class,
            ArtifactResource.class,
            AttestationResource.class,
            AuditResource.class,
            ChainOrderResource.class,
            ChainResource.class,
            ChainsResource.class,
            ChargeResource.class,
            DeadWebhookResource.class,
            DepositsResource.class,
            DisagreementsResource.class,
            DiscoveryFactsResource.class,
            DiscoveryResource.class,
            DisputesResource.class,
            EpochResource.class,
            GroupResource.class,
            GroupsResource.class,
            HealthResource.class,
            JobEventResource.class,
            JobLogResource.class,
            JobResource.class,
            LeaderboardResource.class,
            LogFollowResource.class,
            MetricsResource.class,
            MinerChallengeResource.class,
            MinerFileResource.class,
            MinerInviteResource.class,
            MinerLogResource.class,
            MinerSnapshotResource.class,
            MinerResource.class,
            NodeBanResource.class,
            NodeDrainResource.class,
            ObjectivesResource.class,
            NodeResource.class,
            OverviewResource.class,
            QueueResource.class,
            RefereeResource.class,
            ReputationResource.class,
            RunResource.class,
            SanctionResource.class,
            SanctionsResource.class,
            SessionOidcResource.class,
            SessionResource.class,
            SettingsResource.class,
            SettlementResource.class,
            StatsResource.class,
            TaskResource.class,
            TaskSnapshotResource.class,
            TwinsResource.class,
            UsersResource.class,
            ValidatorChargeResource.class,
            ValidatorResource.class,
            WalletResource.class,
            WebhookResource.class,
            io.pithead.web.admin.KeysResource.class,
            io.pithead.web.api.KeysResource.class);

    private static final Pattern PARAMETER_WITH_PATTERN = Pattern.compile("\\{(\\w+)\\s*:[^/]*}");

    private Resources() {}

    /** Where two methods answer in different media types there are two. */
    static Map<String, List<Method>> byOperation() {
        var methods = new HashMap<String, List<Method>>();
        for (Class<?> type : CLASSES) {
            String root = part(type.getAnnotation(Path.class));
            for (Method method : type.getDeclaredMethods()) {
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (verb != null) {
                        String path = root + part(method.getAnnotation(Path.class));
                        methods.computeIfAbsent(operation(verb.value(), path), key -> new ArrayList<>())
                                .add(method);
                    }
                }
            }
        }
        return methods;
    }

    static String operation(String verb, String path) {
        return verb + " " + PARAMETER_WITH_PATTERN.matcher(path).replaceAll("{$1}");
    }

    private static String part(@Nullable Path path) {
        if (path == null || path.value().isEmpty() || path.value().equals("/")) {
            return "";
        }
        return path.value().startsWith("/") ? path.value() : "/" + path.value();
    }
}

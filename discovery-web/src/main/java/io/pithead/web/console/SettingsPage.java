package io.pithead.web.console;

import io.pithead.coordinator.platform.Settings;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.admin.Setting;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.stream.Collectors;

/** What is configured, and from where. */
@Path("console/settings")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class SettingsPage {
    private static final String ROOT = "/console/settings";

    @Inject
    Settings settings;

    @Context
    SecurityContext security;

    @GET
    public Response list() {
        var set = settings.list().stream().collect(Collectors.partitioningBy(one -> one.from() != null));
        return Html.answer(Seat.of(security)
                .sheet(
                        "Settings",
                        ROOT,
                        List.of(
                                new Block.Notice(
                                        Tone.CALM,
                                        "Of the instance that answered. They are read when it starts: docs/CONFIG.md says what each does."),
                                table("Set", set.getOrDefault(true, List.of()), "All is as it is by default."),
                                table("By default", set.getOrDefault(false, List.of()), "All of them are set."))));
    }

    private static Block table(String title, List<Setting> settings, String empty) {
        return new Block.Table(
                title,
                List.of(
                        Block.Column.wide("Setting"),
                        Block.Column.wide("Value"),
                        Block.Column.wide("By default"),
                        Block.Column.of("From")),
                settings.stream()
                        .map(one -> List.of(
                                Cell.code(one.key()),
                                Cell.text(one.value()),
                                one.from() == null ? Cell.NONE : Cell.text(one.byDefault()),
                                Cell.text(one.from())))
                        .toList(),
                empty,
                null);
    }
}

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
                                table(set.getOrDefault(true, List.of())),
                                byDefault(set.getOrDefault(false, List.of())))));
    }

    private static Block table(List<Setting> set) {
        return new Block.Table(
                "Set",
                List.of(
                        Block.Column.wide("Setting"),
                        Block.Column.wide("Value"),
                        Block.Column.wide("By default"),
                        Block.Column.of("From")),
                set.stream()
                        .map(one -> List.of(
                                Cell.code(one.key()),
                                Cell.text(one.value()),
                                Cell.text(one.byDefault()),
                                Cell.text(one.from())))
                        .toList(),
                "All is as it is by default.",
                null);
    }

    private static Block byDefault(List<Setting> others) {
        return new Block.Table(
                "By default",
                List.of(Block.Column.wide("Setting"), Block.Column.wide("Value")),
                others.stream()
                        .map(one -> List.of(Cell.code(one.key()), Cell.text(one.value())))
                        .toList(),
                "All of them are set.",
                null);
    }
}

package io.pithead.web.console;

import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.AuditEntry;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;

/** Who changed what, from where. */
@Path("console/audit")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class AuditPage {
    private static final String ROOT = "/console/audit";

    @Inject
    Audit audit;

    @Context
    SecurityContext security;

    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<AuditEntry> found = audit.list(page.cursor(), page.limit());
        return Html.answer(Seat.of(security)
                .sheet(
                        "Audit",
                        ROOT,
                        List.of(new Block.Table(
                                "Changes, newest first",
                                List.of(
                                        Block.Column.of("When"),
                                        Block.Column.of("Who"),
                                        Block.Column.of("From"),
                                        Block.Column.of("What"),
                                        Block.Column.wide("Of"),
                                        Block.Column.wide("Before"),
                                        Block.Column.wide("After")),
                                found.items().stream()
                                        .map(entry -> List.of(
                                                Cell.time(entry.at()),
                                                Cell.text(entry.keyHint()),
                                                Cell.text(entry.from()),
                                                Cell.text(entry.action()),
                                                Cell.code(entry.target()),
                                                Cell.code(entry.before()),
                                                entry.facts().isEmpty() ? Cell.NONE : Cell.code(entry.facts())))
                                        .toList(),
                                "Nobody has changed anything yet.",
                                Paths.next(ROOT, found.nextCursor())))));
    }
}

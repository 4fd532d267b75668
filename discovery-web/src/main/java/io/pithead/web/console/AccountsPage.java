package io.pithead.web.console;

import io.pithead.coordinator.account.AccountFacade;
import io.pithead.coordinator.account.KeyFacade;
import io.pithead.coordinator.user.Membership;
import io.pithead.coordinator.user.UserFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Account;
import io.pithead.protocol.admin.Key;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Accounts, their keys, and people. */
@Path("console/accounts")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.ADMIN})
public class AccountsPage {
    private static final String ROOT = "/console/accounts";

    @EJB
    AccountFacade accounts;

    @EJB
    KeyFacade keys;

    @Inject
    UserFacade users;

    @Context
    SecurityContext security;

    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<Account> found = accounts.list(page.cursor(), page.limit());
        Page<UserView> people = users.list(null, Page.DEFAULT_LIMIT);
        return Html.answer(Seat.of(security)
                .sheet(
                        "Accounts and people",
                        ROOT,
                        List.of(
                                new Block.Table(
                                        "Accounts",
                                        List.of(
                                                Block.Column.wide("Account"),
                                                Block.Column.of("State"),
                                                Block.Column.right("Weight"),
                                                Block.Column.of("Created")),
                                        found.items().stream()
                                                .map(one -> List.of(
                                                        new Cell.Link(one.name(), ROOT + "/" + one.id()),
                                                        state(one),
                                                        Cell.number(one.weight()),
                                                        Cell.time(one.createdAt())))
                                                .toList(),
                                        "None yet: pithead admin account create makes one.",
                                        Paths.next(ROOT, found.nextCursor())),
                                new Block.Table(
                                        "People",
                                        List.of(
                                                Block.Column.of("Name"),
                                                Block.Column.wide("May"),
                                                Block.Column.of("Password"),
                                                Block.Column.of("Second factor"),
                                                Block.Column.of("Since"),
                                                Block.Column.of("Disabled")),
                                        people.items().stream()
                                                .map(one -> List.of(
                                                        Cell.text(one.name()),
                                                        Cell.text(roles(one)),
                                                        Cell.yes(one.password()),
                                                        Cell.yes(one.secondFactor()),
                                                        Cell.time(one.createdAt()),
                                                        Cell.time(one.disabledAt())))
                                                .toList(),
                                        "None yet.",
                                        null))));
    }

    private static String roles(UserView user) {
        return user.memberships().stream().map(AccountsPage::role).collect(Collectors.joining(", "));
    }

    private static String role(Membership membership) {
        return membership.account() == null
                ? membership.role().word()
                : membership.role().word() + " of " + membership.accountName();
    }

    private static Cell state(Account account) {
        return account.disabledAt() == null
                ? new Cell.State("active", Tone.GOOD)
                : new Cell.State("disabled", Tone.CALM);
    }

    @GET
    @Path("{id}")
    public Response account(
            @PathParam("id") UUID id, @QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        Account account = accounts.get(id);
        Seat seat = Seat.of(security);
        Page<Key> found = keys.list(id, page.cursor(), page.limit());
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(Block.Facts.of("Account")
                .with("State", state(account))
                .with("Weight", Cell.number(account.weight()))
                .with("Created", Cell.time(account.createdAt()))
                .maybe("Disabled", Cell.time(account.disabledAt()))
                .with("Jobs", new Cell.Link("its jobs", "/console/jobs?account=" + id))
                .with("Id", Cell.code(id)));
        if (seat.administers() && account.disabledAt() == null) {
            blocks.add(new Block.Ask(
                    "Disable this account …",
                    Form.post("Disable for good", ROOT + "/" + id + "/disable").dangerous(),
                    true));
        }
        blocks.add(new Block.Table(
                "Keys",
                List.of(
                        Block.Column.of("Key"),
                        Block.Column.of("Scope"),
                        Block.Column.of("Label"),
                        Block.Column.of("Created"),
                        Block.Column.of("Last used"),
                        Block.Column.of("Expires"),
                        Block.Column.of("Revoked"),
                        Block.Column.of("Do")),
                found.items().stream().map(key -> row(key, seat.administers())).toList(),
                "It has none: pithead key create makes one.",
                Paths.next(ROOT + "/" + id, found.nextCursor())));
        return Html.answer(seat.sheet(account.name(), ROOT, List.of(new Sheet.Item("Accounts", ROOT, false)), blocks));
    }

    private static List<Cell> row(Key key, boolean administers) {
        return List.of(
                Cell.code(key.hint()),
                Cell.text(key.scope().word()),
                Cell.text(key.label()),
                Cell.time(key.createdAt()),
                Cell.time(key.lastUsedAt()),
                Cell.time(key.expiresAt()),
                Cell.time(key.revokedAt()),
                administers && key.revokedAt() == null
                        ? new Cell.Act(Form.post("Revoke", ROOT + "/keys/" + key.id() + "/revoke")
                                .dangerous()
                                .of("the key " + key.hint()))
                        : Cell.NONE);
    }

    @POST
    @Path("{id}/disable")
    public Response disable(@PathParam("id") UUID id) {
        accounts.disable(Seat.of(security).admin(), id);
        return Done.DISABLED.at(ROOT + "/" + id);
    }

    @POST
    @Path("keys/{id}/revoke")
    public Response revoke(@PathParam("id") UUID id) {
        Key revoked = keys.revoke(Seat.of(security).admin(), id);
        return Done.REVOKED.at(ROOT + "/" + revoked.account());
    }
}

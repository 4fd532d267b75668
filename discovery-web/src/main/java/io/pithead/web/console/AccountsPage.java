package io.pithead.web.console;

import io.pithead.coordinator.account.AccountFacade;
import io.pithead.coordinator.account.KeyFacade;
import io.pithead.coordinator.ledger.WalletFacade;
import io.pithead.coordinator.user.UserFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Account;
import io.pithead.protocol.admin.AccountRequest;
import io.pithead.protocol.admin.IssuedKey;
import io.pithead.protocol.admin.Key;
import io.pithead.protocol.admin.KeyRequest;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.wallet.Entry;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Accounts and their keys. */
@Path("console/accounts")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.ADMIN})
public class AccountsPage {
    private static final String ROOT = "/console/accounts";
    private static final int LATEST = 20;
    private static final Duration GRACE = Duration.ofDays(1);

    @EJB
    AccountFacade accounts;

    @EJB
    KeyFacade keys;

    @Inject
    UserFacade users;

    @Inject
    WalletFacade wallets;

    @Context
    SecurityContext security;

    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<Account> found = accounts.list(page.cursor(), page.limit());
        Page<UserView> people = users.list(null, Page.DEFAULT_LIMIT);
        Seat seat = Seat.of(security);
        var blocks = new ArrayList<Block>();
        blocks.add(new Block.Table(
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
                "None yet.",
                Paths.next(ROOT, found.nextCursor())));
        if (seat.administers()) {
            blocks.add(new Block.Ask(
                    "Make an account …",
                    Form.post("Make the account", ROOT)
                            .with("name", "Name", Form.Kind.TEXT, true, "Of a buyer, a provider, or both.")
                            .with(
                                    "weight",
                                    "Weight",
                                    Form.Kind.TEXT,
                                    false,
                                    "Its part of the fair share between buyers: 1 to 1000, 1 by default."),
                    true));
        }
        blocks.add(new Block.Table(
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
                                new Cell.Link(one.name(), UsersPage.ROOT + "/" + one.id()),
                                Cell.text(UsersPage.roles(one)),
                                Cell.yes(one.password()),
                                Cell.yes(one.secondFactor()),
                                Cell.time(one.createdAt()),
                                Cell.time(one.disabledAt())))
                        .toList(),
                "None yet.",
                Paths.next(UsersPage.ROOT, people.nextCursor())));
        if (seat.administers()) {
            blocks.add(UsersPage.ask(found.items()));
        }
        return Html.answer(seat.sheet("Accounts and people", ROOT, blocks));
    }

    @POST
    public Response create(
            @FormParam("name") @DefaultValue("") String name, @FormParam("weight") @DefaultValue("") String weight)
            throws InvalidPayloadException {
        var request = new LinkedHashMap<String, Object>();
        Forms.put(request, "name", name);
        if (!weight.isBlank()) {
            request.put("weight", Forms.number("weight", weight));
        }
        Account made =
                accounts.create(Seat.of(security).admin(), Json.bind(Json.toTree(request), AccountRequest.class));
        return Done.CREATED.at(ROOT + "/" + made.id());
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
                "It has none.",
                Paths.next(ROOT + "/" + id, found.nextCursor())));
        if (seat.administers() && account.disabledAt() == null) {
            blocks.add(new Block.Ask(
                    "Make a key …",
                    Form.post("Make the key", ROOT + "/" + id + "/keys")
                            .choice(
                                    "scope",
                                    "Scope",
                                    "buyer",
                                    Stream.of(Scope.values())
                                            .map(scope -> new Form.Option(scope.word(), scope.word()))
                                            .toList())
                            .with("label", "Label", Form.Kind.TEXT, false, "What it is for.")
                            .with("days", "Days", Form.Kind.TEXT, false, "After which it expires; never without."),
                    true));
        }
        blocks.add(MoneyBlocks.balance(wallets.balance(id)));
        blocks.add(ledger(id, wallets.entries(id, LATEST, null)));
        return Html.answer(seat.sheet(account.name(), ROOT, List.of(new Sheet.Item("Accounts", ROOT, false)), blocks));
    }

    /** What of its ledger the account's page has no room for. */
    @GET
    @Path("{id}/ledger")
    public Response ledger(@PathParam("id") UUID id, @BeanParam PageRequest page) {
        Account account = accounts.get(id);
        return Html.answer(Seat.of(security)
                .sheet(
                        "Ledger of " + account.name(),
                        ROOT,
                        List.of(
                                new Sheet.Item("Accounts", ROOT, false),
                                new Sheet.Item(account.name(), ROOT + "/" + id, false)),
                        List.of(ledger(id, wallets.entries(id, page.limit(), page.cursor())))));
    }

    private static Block ledger(UUID id, Page<Entry> entries) {
        return MoneyBlocks.entries(
                entries.items(), "Nothing has moved.", Paths.next(ROOT + "/" + id + "/ledger", entries.nextCursor()));
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
                        ? new Cell.Several(List.of(
                                new Cell.Act(Form.post("Rotate", ROOT + "/keys/" + key.id() + "/rotate")
                                        .of("the key " + key.hint())),
                                new Cell.Act(Form.post("Revoke", ROOT + "/keys/" + key.id() + "/revoke")
                                        .dangerous()
                                        .of("the key " + key.hint()))))
                        : Cell.NONE);
    }

    /** The key is on this page alone. */
    @POST
    @Path("{id}/keys")
    public Response issue(
            @PathParam("id") UUID id,
            @FormParam("scope") @DefaultValue("") String scope,
            @FormParam("label") @DefaultValue("") String label,
            @FormParam("days") @DefaultValue("") String days)
            throws InvalidPayloadException {
        var request = new LinkedHashMap<String, Object>();
        request.put("account", id);
        Forms.put(request, "scope", scope);
        Forms.put(request, "label", label);
        if (!days.isBlank()) {
            request.put("expires_at", Instant.now().plus(Forms.days("days", days)));
        }
        return shown(keys.issue(Seat.of(security).admin(), Json.bind(Json.toTree(request), KeyRequest.class)), "");
    }

    /** The old one is good for another day. */
    @POST
    @Path("keys/{id}/rotate")
    public Response rotate(@PathParam("id") UUID id) {
        return shown(keys.rotate(Seat.of(security).admin(), id, GRACE), " The old one is good for another day.");
    }

    private Response shown(IssuedKey made, String more) {
        String path = ROOT + "/" + made.of().account();
        return Html.answer(Seat.of(security)
                .sheet(
                        "A key",
                        ROOT,
                        List.of(
                                new Sheet.Item("Accounts", ROOT, false),
                                new Sheet.Item(accounts.get(made.of().account()).name(), path, false)),
                        List.of(
                                new Block.Notice(
                                        Tone.GOOD,
                                        "Keep this key: it is not shown again, and whoever has it may use it." + more),
                                new Block.Text("Key", made.key(), "", null))));
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

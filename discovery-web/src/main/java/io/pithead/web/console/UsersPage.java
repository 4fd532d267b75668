package io.pithead.web.console;

import io.pithead.coordinator.account.AccountFacade;
import io.pithead.coordinator.user.Membership;
import io.pithead.coordinator.user.UserFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.user.UserViews.IssuedLink;
import io.pithead.coordinator.user.UserViews.MembershipRequest;
import io.pithead.coordinator.user.UserViews.UserRequest;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Account;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** People: what they may do, and how they are let in. */
@Path("console/users")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.ADMIN})
public class UsersPage {
    static final String ROOT = "/console/users";
    private static final String ACCOUNTS = "/console/accounts";

    @EJB
    AccountFacade accounts;

    @Inject
    UserFacade users;

    @Context
    SecurityContext security;

    static Block ask(List<Account> accounts) {
        return new Block.Ask(
                "Make a user …",
                membership(
                        Form.post("Make the user", ROOT)
                                .with("name", "Name", Form.Kind.TEXT, true, "What this person signs in as."),
                        accounts),
                true);
    }

    /** Of many accounts the first page can be chosen; REST takes any. */
    private static Form membership(Form form, List<Account> accounts) {
        return form.choice(
                        "role",
                        "Role",
                        "buyer",
                        Stream.of(UserRole.values())
                                .map(role -> new Form.Option(role.word(), role.word()))
                                .toList())
                .choice(
                        "account",
                        "Account",
                        "",
                        Stream.concat(
                                        Stream.of(new Form.Option(
                                                "", "none: viewer, operator and admin are of the whole system")),
                                        accounts.stream()
                                                .filter(one -> one.disabledAt() == null)
                                                .map(one ->
                                                        new Form.Option(one.id().toString(), one.name())))
                                .toList());
    }

    static String roles(UserView user) {
        return user.memberships().stream().map(UsersPage::role).collect(Collectors.joining(", "));
    }

    private static String role(Membership membership) {
        return membership.account() == null
                ? membership.role().word()
                : membership.role().word() + " of " + membership.accountName();
    }

    /** Those of whom the first page of accounts and people had no room. */
    @GET
    public Response list(@BeanParam PageRequest page) {
        Page<UserView> found = users.list(page.cursor(), page.limit());
        return Html.answer(Seat.of(security)
                .sheet(
                        "People",
                        ACCOUNTS,
                        List.of(new Sheet.Item("Accounts and people", ACCOUNTS, false)),
                        List.of(new Block.Table(
                                "People",
                                List.of(
                                        Block.Column.of("Name"),
                                        Block.Column.wide("May"),
                                        Block.Column.of("Since"),
                                        Block.Column.of("Disabled")),
                                found.items().stream()
                                        .map(one -> List.of(
                                                new Cell.Link(one.name(), ROOT + "/" + one.id()),
                                                Cell.text(roles(one)),
                                                Cell.time(one.createdAt()),
                                                Cell.time(one.disabledAt())))
                                        .toList(),
                                "There are no more.",
                                Paths.next(ROOT, found.nextCursor())))));
    }

    @POST
    public Response create(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("role") @DefaultValue("") String role,
            @FormParam("account") @DefaultValue("") String account)
            throws InvalidPayloadException {
        var request = new LinkedHashMap<String, Object>();
        Forms.put(request, "name", name);
        request.put("memberships", List.of(which(role, account)));
        UserView made = users.create(Seat.of(security).admin(), Json.bind(Json.toTree(request), UserRequest.class));
        return Done.CREATED.at(ROOT + "/" + made.id());
    }

    @GET
    @Path("{id}")
    public Response user(@PathParam("id") UUID id, @QueryParam("done") @Nullable String done) {
        UserView user = users.get(id);
        Seat seat = Seat.of(security);
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(Block.Facts.of("User")
                .with(
                        "State",
                        user.disabledAt() == null
                                ? new Cell.State("active", Tone.GOOD)
                                : new Cell.State("disabled", Tone.CALM))
                .with("Password", Cell.text(user.password() ? "set" : "none: only a link lets this person in"))
                .with("Second factor", Cell.text(user.secondFactor() ? "asked for" : "none"))
                .with("Account elsewhere", Cell.text(user.oidc() ? "bound" : "none"))
                .with("Since", Cell.time(user.createdAt()))
                .maybe("Disabled", Cell.time(user.disabledAt()))
                .with("Id", Cell.code(id)));
        blocks.add(new Block.Table(
                "May",
                List.of(Block.Column.of("Role"), Block.Column.wide("Account"), Block.Column.of("Do")),
                user.memberships().stream()
                        .map(one -> row(id, one, seat.administers()))
                        .toList(),
                "Nothing: it sees its own page alone.",
                null));
        if (seat.administers()) {
            blocks.addAll(acts(user));
        }
        return Html.answer(
                seat.sheet(user.name(), ACCOUNTS, List.of(new Sheet.Item("People", ACCOUNTS, false)), blocks));
    }

    private static List<Cell> row(UUID user, Membership membership, boolean administers) {
        UUID account = membership.account();
        return List.of(
                Cell.text(membership.role().word()),
                account == null
                        ? Cell.text("the whole system")
                        : new Cell.Link(String.valueOf(membership.accountName()), ACCOUNTS + "/" + account),
                administers
                        ? new Cell.Act(Form.post("Take away", ROOT + "/" + user + "/memberships/remove")
                                .dangerous()
                                .of(role(membership))
                                .hidden("role", membership.role().word())
                                .hidden("account", account == null ? "" : account.toString()))
                        : Cell.NONE);
    }

    private List<Block> acts(UserView user) {
        String path = ROOT + "/" + user.id();
        if (user.disabledAt() != null) {
            return List.of(new Block.Acts(List.of(Form.post("Let this user in again", path + "/enable"))));
        }
        var acts = new ArrayList<Block>();
        acts.add(new Block.Ask(
                "Give a role …",
                membership(
                        Form.post("Give it", path + "/memberships"),
                        accounts.list(null, Page.MAX_LIMIT).items()),
                true));
        acts.add(new Block.Acts(List.of(
                Form.post("Make a link that lets it in", path + "/link"),
                Form.post("Sign out everywhere", path + "/sign-out"))));
        if (user.oidc()) {
            acts.add(new Block.Ask(
                    "Unbind the account elsewhere …",
                    Form.post("Unbind it", path + "/oidc/unbind").dangerous(),
                    true));
        }
        acts.add(new Block.Ask(
                "Disable this user …", Form.post("Disable", path + "/disable").dangerous(), true));
        return acts;
    }

    @POST
    @Path("{id}/memberships")
    public Response add(
            @PathParam("id") UUID id,
            @FormParam("role") @DefaultValue("") String role,
            @FormParam("account") @DefaultValue("") String account)
            throws InvalidPayloadException {
        users.addMembership(Seat.of(security).admin(), id, bound(role, account));
        return Done.MEMBERSHIP.at(ROOT + "/" + id);
    }

    @POST
    @Path("{id}/memberships/remove")
    public Response remove(
            @PathParam("id") UUID id,
            @FormParam("role") @DefaultValue("") String role,
            @FormParam("account") @DefaultValue("") String account)
            throws InvalidPayloadException {
        users.removeMembership(Seat.of(security).admin(), id, bound(role, account));
        return Done.MEMBERSHIP.at(ROOT + "/" + id);
    }

    private static MembershipRequest bound(String role, String account) throws InvalidPayloadException {
        return Json.bind(Json.toTree(which(role, account)), MembershipRequest.class);
    }

    private static Map<String, Object> which(String role, String account) {
        var request = new LinkedHashMap<String, Object>();
        Forms.put(request, "role", role);
        Forms.put(request, "account", account);
        return request;
    }

    /** The link is on this page alone. */
    @POST
    @Path("{id}/link")
    public Response link(@PathParam("id") UUID id) {
        Seat seat = Seat.of(security);
        IssuedLink link = users.link(seat.admin(), id);
        return Html.answer(seat.sheet(
                "A link",
                ACCOUNTS,
                List.of(new Sheet.Item(users.get(id).name(), ROOT + "/" + id, false)),
                List.of(
                        new Block.Notice(
                                Tone.GOOD,
                                "It lets this person in once within ten minutes, and is not shown again: whoever has it gets in."),
                        new Block.Text("On this server", link.path(), "", null))));
    }

    @POST
    @Path("{id}/sign-out")
    public Response signOut(@PathParam("id") UUID id) {
        users.signOut(Seat.of(security).admin(), id);
        return Done.SIGNED_OUT.at(ROOT + "/" + id);
    }

    @POST
    @Path("{id}/oidc/unbind")
    public Response unbind(@PathParam("id") UUID id) {
        users.unbind(Seat.of(security).admin(), id);
        return Done.FREED_ELSEWHERE.at(ROOT + "/" + id);
    }

    @POST
    @Path("{id}/disable")
    public Response disable(@PathParam("id") UUID id) {
        users.disable(Seat.of(security).admin(), id);
        return Done.SHUT.at(ROOT + "/" + id);
    }

    @POST
    @Path("{id}/enable")
    public Response enable(@PathParam("id") UUID id) {
        users.enable(Seat.of(security).admin(), id);
        return Done.LET_IN.at(ROOT + "/" + id);
    }
}

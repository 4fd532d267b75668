package io.pithead.web.console;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.user.Membership;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.user.Visitor;
import io.pithead.protocol.error.ErrorCode;
import jakarta.ws.rs.core.SecurityContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Where a visitor sits: what the pages show this one, and as whom its clicks act. */
record Seat(Visitor visitor) {
    private static final Set<UserRole> SYSTEM = EnumSet.of(UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN);
    private static final Set<UserRole> CHANGERS = EnumSet.of(UserRole.OPERATOR, UserRole.ADMIN);

    static Seat of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Visitor visitor) {
            return new Seat(visitor);
        }
        throw new IllegalStateException("only a page for users has a visitor");
    }

    boolean seesAll() {
        return has(SYSTEM);
    }

    /** May change what is of the whole system. */
    boolean operates() {
        return has(CHANGERS);
    }

    boolean administers() {
        return has(EnumSet.of(UserRole.ADMIN));
    }

    private boolean has(Set<UserRole> roles) {
        return visitor.memberships().stream().anyMatch(one -> roles.contains(one.role()));
    }

    /** As whom the operator's facades act. */
    Caller operator() {
        return caller(CHANGERS);
    }

    Caller admin() {
        return caller(EnumSet.of(UserRole.ADMIN));
    }

    private Caller caller(Set<UserRole> roles) {
        return visitor.memberships().stream()
                .filter(one -> roles.contains(one.role()))
                .findFirst()
                .map(visitor::caller)
                .orElseThrow(() ->
                        new CoordinatorException(ErrorCode.FORBIDDEN_SCOPE, "This needs a user of another role."));
    }

    /** Its buyer. An account of others is not there. */
    Caller buyer(UUID account) {
        return visitor.caller(membership(account, UserRole.BUYER));
    }

    Caller provider(UUID account) {
        return visitor.caller(membership(account, UserRole.PROVIDER));
    }

    private Membership membership(UUID account, UserRole role) {
        return visitor.memberships().stream()
                .filter(one -> one.role() == role && account.equals(one.account()))
                .findFirst()
                .orElseThrow(Seat::notFound);
    }

    private static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is nothing here.");
    }

    private static String name(Membership membership) {
        String name = membership.accountName();
        return name == null ? String.valueOf(membership.account()) : name;
    }

    /** The first page that is this visitor's; a validator has none yet. */
    Optional<String> home() {
        return visitor.memberships().stream()
                .filter(one -> one.role() == UserRole.BUYER || one.role() == UserRole.PROVIDER)
                .findFirst()
                .map(one -> one.role() == UserRole.BUYER ? jobs(one) : earnings(one));
    }

    /** @param path of the page, by which its place in the navigation is known */
    Sheet sheet(String title, String path, List<Block> blocks) {
        return sheet(title, path, List.of(), blocks);
    }

    Sheet sheet(String title, String path, List<Sheet.Item> trail, List<Block> blocks) {
        return new Sheet(title, trail, visitor.name(), visitor.csrf(), nav(path), blocks);
    }

    private List<Sheet.Group> nav(String path) {
        var groups = new ArrayList<Sheet.Group>();
        if (seesAll()) {
            var items = new ArrayList<>(List.of(
                    item("Overview", "/console", path),
                    item("Charts", ChartsPage.ROOT, path),
                    item("Jobs", "/console/jobs", path),
                    item("Nodes", "/console/nodes", path),
                    item("Validation", "/console/validation", path),
                    item("Disputes", DisputesPage.ROOT, path),
                    item("Queues", "/console/queues", path),
                    item("Money", "/console/money", path),
                    item("Chain", "/console/chain", path),
                    item("Audit", "/console/audit", path)));
            if (has(EnumSet.of(UserRole.VIEWER, UserRole.ADMIN))) {
                items.add(item("Accounts and people", "/console/accounts", path));
            }
            items.add(item("Settings", "/console/settings", path));
            groups.add(new Sheet.Group("System", items));
        }
        for (Membership one : visitor.memberships()) {
            if (one.role() == UserRole.BUYER) {
                String root = root(one);
                groups.add(new Sheet.Group(
                        name(one) + " buys",
                        List.of(
                                item("Jobs", root + "/jobs", path),
                                item("Tasks", root + "/tasks", path),
                                item("Runs", root + "/runs", path),
                                item("Wallet", root + "/wallet", path))));
            }
            if (one.role() == UserRole.PROVIDER) {
                groups.add(new Sheet.Group(name(one) + " provides", List.of(item("Earnings", earnings(one), path))));
            }
        }
        return groups;
    }

    private static String root(Membership membership) {
        return "/console/a/" + membership.account();
    }

    private static String jobs(Membership membership) {
        return root(membership) + "/jobs";
    }

    private static String earnings(Membership membership) {
        return root(membership) + "/earnings";
    }

    private static Sheet.Item item(String name, String href, String path) {
        return new Sheet.Item(name, href, href.equals(path));
    }
}

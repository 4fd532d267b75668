package io.pithead.web.console;

import io.pithead.coordinator.outbox.DeadLetters;
import io.pithead.coordinator.outbox.OutboxGauges;
import io.pithead.coordinator.outbox.QueueFacade;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.webhook.WebhookFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.queue.DeadLetter;
import io.pithead.protocol.queue.DiscardRequest;
import io.pithead.protocol.queue.Discarded;
import io.pithead.protocol.queue.Queues;
import io.pithead.protocol.queue.Queues.Queue;
import io.pithead.protocol.queue.Retried;
import io.pithead.protocol.webhook.DeadWebhook;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits between the parts, and what could not be delivered. */
@Path("console/queues")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class QueuesPage {
    private static final String ROOT = "/console/queues";

    @Inject
    DeadLetters letters;

    @Inject
    QueueFacade facade;

    @Inject
    OutboxGauges outbox;

    @Inject
    WebhookFacade webhooks;

    @Context
    SecurityContext security;

    @GET
    public Response queues(@QueryParam("done") @Nullable String done, @BeanParam PageRequest page) {
        Seat seat = Seat.of(security);
        Queues.Outbox waiting = outbox.read();
        Page<DeadWebhook> dead = webhooks.dead(page.cursor(), page.limit());
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(new Block.Table(
                "Queues",
                List.of(
                        Block.Column.of("Queue"),
                        Block.Column.right("Waiting"),
                        Block.Column.right("Consumers"),
                        Block.Column.right("Dead")),
                letters.queues().stream().map(QueuesPage::row).toList(),
                "The broker has no queue: is it there?",
                null));
        blocks.add(Block.Facts.of("Outbox")
                .with("Waits to be sent", Cell.number(waiting.size()))
                .with("Oldest", Cell.text(Cell.span(Duration.ofSeconds((long) waiting.oldestSeconds()))))
                .with("Webhook calls under way", Cell.number(webhooks.counts().pending())));
        blocks.add(new Block.Table(
                "Webhook calls given up",
                List.of(
                        Block.Column.of("When"),
                        Block.Column.of("Event"),
                        Block.Column.wide("To"),
                        Block.Column.right("Attempts"),
                        Block.Column.wide("Last error"),
                        Block.Column.of("Do")),
                dead.items().stream()
                        .map(one -> List.of(
                                Cell.time(one.deadAt()),
                                Cell.text(one.event()),
                                Cell.text(one.url()),
                                Cell.number(one.attempts()),
                                Cell.text(one.lastError()),
                                acts(
                                        seat,
                                        ROOT + "/webhooks",
                                        "the call of ",
                                        one.id().toString())))
                        .toList(),
                "None: every call reached its receiver, or is still tried.",
                Paths.next(ROOT, dead.nextCursor())));
        return Html.answer(seat.sheet("Queues", ROOT, blocks));
    }

    private static List<Cell> row(Queue queue) {
        return List.of(
                Cell.text(queue.name()),
                Cell.number(queue.depth()),
                Cell.number(queue.consumers()),
                queue.dead() == 0
                        ? Cell.number(0)
                        : new Cell.Link(Long.toString(queue.dead()), ROOT + "/" + queue.name()));
    }

    @GET
    @Path("{queue}")
    public Response dead(
            @PathParam("queue") String queue,
            @QueryParam("done") @Nullable String done,
            @QueryParam("cursor") @Nullable String cursor) {
        Seat seat = Seat.of(security);
        Page<DeadLetter> found = letters.page(queue, cursor, Page.DEFAULT_LIMIT);
        String path = ROOT + "/" + queue;
        var blocks = new ArrayList<Block>(Done.notice(done));
        if (seat.operates() && !found.items().isEmpty()) {
            blocks.add(new Block.Acts(List.of(Form.post("Retry all", path + "/retry"))));
            blocks.add(new Block.Ask(
                    "Discard all …",
                    Form.post("Discard them for good", path + "/discard")
                            .dangerous()
                            .hidden("all", "true"),
                    true));
        }
        blocks.add(new Block.Table(
                "Dead letters",
                List.of(
                        Block.Column.of("Sent"),
                        Block.Column.wide("Id"),
                        Block.Column.wide("Letter"),
                        Block.Column.of("Do")),
                found.items().stream()
                        .map(one -> List.of(
                                Cell.time(one.sentAt()),
                                Cell.code(one.id()),
                                Cell.code(one.body()),
                                acts(seat, path, "", one.id())))
                        .toList(),
                "None: all of them were delivered.",
                Paths.next(path, found.nextCursor())));
        return Html.answer(seat.sheet("Queue " + queue, ROOT, List.of(new Sheet.Item("Queues", ROOT, false)), blocks));
    }

    private static Cell acts(Seat seat, String path, String kind, String id) {
        if (!seat.operates()) {
            return Cell.NONE;
        }
        return new Cell.Several(List.of(
                new Cell.Act(Form.post("Retry", path + "/retry").of(kind + id).hidden("id", id)),
                new Cell.Act(Form.post("Discard", path + "/discard")
                        .dangerous()
                        .of(kind + id)
                        .hidden("id", id))));
    }

    @POST
    @Path("{queue}/retry")
    public Response retry(@PathParam("queue") String queue, @FormParam("id") @Nullable String id) {
        return told(facade.retry(Seat.of(security).operator(), queue, id)).at(ROOT + "/" + queue);
    }

    @POST
    @Path("{queue}/discard")
    public Response discard(
            @PathParam("queue") String queue,
            @FormParam("id") @DefaultValue("") String id,
            @FormParam("all") @DefaultValue("") String all)
            throws InvalidPayloadException {
        return told(facade.discard(Seat.of(security).operator(), queue, which(id, all)))
                .at(ROOT + "/" + queue);
    }

    @POST
    @Path("webhooks/retry")
    public Response retryWebhook(@FormParam("id") @DefaultValue("") String id) {
        return told(webhooks.retry(Seat.of(security).operator(), id)).at(ROOT);
    }

    @POST
    @Path("webhooks/discard")
    public Response discardWebhook(@FormParam("id") @DefaultValue("") String id) throws InvalidPayloadException {
        return told(webhooks.discard(Seat.of(security).operator(), which(id, "")))
                .at(ROOT);
    }

    private static DiscardRequest which(String id, String all) throws InvalidPayloadException {
        var request = new LinkedHashMap<String, Object>();
        Forms.put(request, "id", id);
        if (all.equals("true")) {
            request.put("all", true);
        }
        return Json.bind(Json.toTree(request), DiscardRequest.class);
    }

    private static Done told(Retried retried) {
        return retried.retried() > 0 ? Done.RETRIED : Done.NOTHING;
    }

    private static Done told(Discarded discarded) {
        return discarded.discarded() > 0 ? Done.DISCARDED : Done.NOTHING;
    }
}

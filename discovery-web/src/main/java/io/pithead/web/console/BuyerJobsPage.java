package io.pithead.web.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.dispatch.ExplainFacade;
import io.pithead.coordinator.dispute.DisputeFacade;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.log.LogFacade;
import io.pithead.coordinator.log.LogText;
import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.verify.VerificationFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.DisputeRequest;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobResult;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.JobView;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.web.json.PageRequest;
import io.pithead.web.json.Queries;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A buyer's jobs. */
@Path("console/a/{account}/jobs")
@RequestScoped
@ForUsers(UserRole.BUYER)
public class BuyerJobsPage {
    private static final int SUBMIT_WAIT_S = 20;
    private static final int LOG_LINES = 200;
    private static final int LOG_BYTES = 64 * 1024;
    private static final int SHOWN_OUTPUT = 20_000;
    /** htmx asks no more after it. */
    private static final int STOP_ASKING = 286;

    @Inject
    JobFacade jobs;

    @Inject
    ExplainFacade explain;

    @Inject
    VerificationFacade verifications;

    @Inject
    DisputeFacade disputes;

    @Inject
    LogFacade logs;

    @Inject
    ReceiptSigner signer;

    @Context
    SecurityContext security;

    @PathParam("account")
    UUID account;

    @GET
    public Response list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("workload") @Nullable String workload,
            @QueryParam("done") @Nullable String done,
            @BeanParam PageRequest page) {
        Caller caller = caller();
        JobState wanted = state(state);
        String named = workload == null || workload.isBlank() ? null : workload.strip();
        Queries.matches("workload", named, JobRequest.WORKLOAD, "must be the name of a workload");
        Page<JobView> found = jobs.list(caller.accountId(), wanted, named, page.limit(), page.cursor());
        var filter = new LinkedHashMap<String, @Nullable Object>();
        filter.put("state", wanted);
        filter.put("workload", named);
        filter.put("cursor", found.nextCursor());
        var blocks = new ArrayList<Block>(Done.notice(done));
        blocks.add(new Block.Acts(List.of(
                Form.get("Show", root())
                        .choice("state", "State", wanted == null ? "" : wanted.name(), states())
                        .filled("workload", "Workload", Form.Kind.TEXT, named == null ? "" : named, false, ""),
                Form.get("Submit a job", root() + "/new"))));
        blocks.add(new Block.Table(
                "Jobs, newest first",
                List.of(
                        Block.Column.of("Job"),
                        Block.Column.of("State"),
                        Block.Column.of("Workload"),
                        Block.Column.of("Node"),
                        Block.Column.right("Attempt"),
                        Block.Column.right("Price"),
                        Block.Column.of("Submitted"),
                        Block.Column.of("Finished")),
                found.items().stream()
                        .map(job -> List.of(
                                Cell.id(job.id(), root() + "/" + job.id()),
                                JobBlocks.state(job.state()),
                                Cell.text(job.workload()),
                                Cell.text(job.node()),
                                Cell.number(job.attempt()),
                                Cell.amount(job.price()),
                                Cell.time(job.submittedAt()),
                                Cell.time(job.finishedAt())))
                        .toList(),
                "No such jobs. Submit one, or show other states.",
                found.nextCursor() == null ? null : Paths.of(root(), filter)));
        return Html.answer(seat().sheet("Jobs", root(), blocks));
    }

    @GET
    @Path("new")
    public Response asking() {
        caller();
        Form form = Form.post("Submit", root())
                .main()
                .filled("workload", "Workload", Form.Kind.TEXT, "echo", true, "What nodes are to run, by name.")
                .filled(
                        "params",
                        "Parameters",
                        Form.Kind.AREA,
                        "{\"text\": \"hello\"}",
                        false,
                        "JSON that the workload takes.")
                .filled(
                        "price",
                        "Price",
                        Form.Kind.TEXT,
                        "1",
                        true,
                        "Set aside now, paid when the result is accepted; a node works for no less than it asks.")
                .filled("attempts", "Attempts at most", Form.Kind.TEXT, "3", false, "");
        return Html.answer(seat().sheet(
                        "Submit a job", root(), trail(), List.of(new Block.Ask("What is to be done", form, false))));
    }

    @POST
    public Response submit(
            @FormParam("workload") @DefaultValue("") String workload,
            @FormParam("params") @DefaultValue("") String params,
            @FormParam("price") @DefaultValue("") String price,
            @FormParam("attempts") @DefaultValue("") String attempts)
            throws InvalidPayloadException {
        Caller caller = caller();
        var request = new LinkedHashMap<String, Object>();
        request.put("workload", workload.strip());
        request.put("price", price.strip());
        if (!params.isBlank()) {
            request.put("params", Json.tree(params.getBytes(StandardCharsets.UTF_8)));
        }
        if (!attempts.isBlank()) {
            request.put("max_attempts", Forms.number("attempts", attempts));
        }
        JobView job = jobs.submit(
                        caller.accountId(),
                        actor(caller),
                        List.of(Json.bind(Json.toTree(request), JobRequest.class)),
                        null)
                .orTimeout(SUBMIT_WAIT_S, TimeUnit.SECONDS)
                .join()
                .getFirst();
        return Done.SUBMITTED.at(root() + "/" + job.id());
    }

    @GET
    @Path("{id}")
    public Response job(@PathParam("id") UUID id, @QueryParam("done") @Nullable String done) {
        Caller caller = caller();
        JobView job = jobs.get(caller.accountId(), id);
        var blocks = new ArrayList<Block>(Done.notice(done));
        String path = root() + "/" + id;
        if (isOver(job)) {
            blocks.addAll(story(caller, job));
        } else {
            blocks.add(new Block.Live(path + "/live", path + "/events", story(caller, job)));
        }
        blocks.add(log(caller, job, path));
        return Html.answer(seat().sheet("Job " + Cell.shorten(id), root(), trail(), blocks));
    }

    /** What changes of it. */
    @GET
    @Path("{id}/live")
    public Response live(@PathParam("id") UUID id) {
        Caller caller = caller();
        JobView job = jobs.get(caller.accountId(), id);
        Sheet part = seat().sheet("", root(), story(caller, job));
        return Response.status(isOver(job) ? STOP_ASKING : 200)
                .entity(Html.part(part))
                .type(Html.MEDIA_TYPE)
                .build();
    }

    @POST
    @Path("{id}/cancel")
    public Response cancel(@PathParam("id") UUID id) {
        Caller caller = caller();
        jobs.cancel(caller.accountId(), actor(caller), id);
        return Done.CANCELED.at(root() + "/" + id);
    }

    @POST
    @Path("{id}/dispute")
    public Response dispute(@PathParam("id") UUID id, @FormParam("reason") @DefaultValue("") String reason)
            throws InvalidPayloadException {
        DisputeRequest request = Json.bind(Json.toTree(Map.of("reason", reason)), DisputeRequest.class);
        disputes.open(caller().accountId(), id, request, (connection, view) -> {
            // the page that follows shows what is
        });
        return Done.DISPUTED.at(root() + "/" + id);
    }

    private List<Block> story(Caller caller, JobView job) {
        UUID owner = caller.accountId();
        var blocks = new ArrayList<Block>();
        blocks.add(JobBlocks.facts(job));
        if (!isOver(job)) {
            blocks.add(new Block.Acts(List.of(Form.post("Cancel the job", root() + "/" + job.id() + "/cancel")
                    .dangerous())));
        }
        if (job.state() == JobState.QUEUED) {
            blocks.addAll(JobBlocks.explanation(explain.explain(owner, job.id())));
        }
        if (job.state() == JobState.COMPLETED) {
            JobResult result = jobs.result(owner, job.id());
            blocks.add(JobBlocks.receipt(result.receipt(), signer.publicKeys()));
            blocks.add(output(result.output()));
            blocks.add(JobBlocks.artifacts(result.artifacts()));
            if (result.dispute() != null) {
                blocks.add(JobBlocks.dispute(disputes.get(owner, job.id())));
            } else {
                blocks.add(new Block.Ask(
                        "Dispute the result …",
                        Form.post("Have it judged anew", root() + "/" + job.id() + "/dispute")
                                .dangerous()
                                .with(
                                        "reason",
                                        "What is wrong with it",
                                        Form.Kind.AREA,
                                        true,
                                        "Costs a deposit, which comes back when you are right."),
                        true));
            }
        }
        if (job.verification() != null) {
            blocks.add(JobBlocks.verification(verifications.view(owner, job.id())));
        }
        blocks.add(JobBlocks.timeline(jobs.history(owner, job.id(), 0)));
        blocks.add(JobBlocks.json("Parameters", job.params() == null ? job.payload() : job.params()));
        return blocks;
    }

    private static Block output(@Nullable JsonNode output) {
        Block shown = JobBlocks.json("Output", output);
        if (shown instanceof Block.Text text && text.text().length() > SHOWN_OUTPUT) {
            return new Block.Text(
                    text.title(),
                    text.text().substring(0, SHOWN_OUTPUT) + "\n… the whole is at /v1/jobs/{id}/result",
                    text.empty(),
                    null);
        }
        return shown;
    }

    private Block log(Caller caller, JobView job, String path) {
        long start = logs.start(caller.accountId(), job.id(), OptionalInt.empty(), LOG_LINES, null);
        LogText log = logs.read(caller.accountId(), job.id(), OptionalInt.empty(), start, LOG_BYTES);
        return new Block.Text(
                "Log",
                new String(log.text(), StandardCharsets.UTF_8),
                "It wrote nothing.",
                isOver(job) ? null : path + "/log");
    }

    private static boolean isOver(JobView job) {
        return switch (job.state()) {
            case COMPLETED, CANCELED, EXPIRED, FAILED -> true;
            case QUEUED, LEASED, RUNNING, VERIFYING -> false;
        };
    }

    static List<Form.Option> states() {
        var options = new ArrayList<Form.Option>();
        options.add(new Form.Option("", "all"));
        Arrays.stream(JobState.values())
                .map(state -> new Form.Option(state.name(), state.name().toLowerCase(Locale.ROOT)))
                .forEach(options::add);
        return options;
    }

    static @Nullable JobState state(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return null;
        }
        return Arrays.stream(JobState.values())
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.MALFORMED_REQUEST,
                        "A parameter is wrong.",
                        Map.of("state", "must be a job's state")));
    }

    private Seat seat() {
        return Seat.of(security);
    }

    private Caller caller() {
        return seat().buyer(account);
    }

    private String root() {
        return "/console/a/" + account + "/jobs";
    }

    private List<Sheet.Item> trail() {
        return List.of(new Sheet.Item("Jobs", root(), false));
    }

    private static String actor(Caller caller) {
        return "buyer:" + caller.keyHint();
    }
}

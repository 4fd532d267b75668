package io.pithead.web.console;

import io.pithead.coordinator.dispatch.ExplainFacade;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.overview.Overview.JobRow;
import io.pithead.coordinator.overview.OverviewFacade;
import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.JobState;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everybody's jobs, as the operator sees them: what happened and why, not what they are about. */
@Path("console/jobs")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class JobsPage {
    private static final String ROOT = "/console/jobs";

    @Inject
    OverviewFacade overview;

    @Inject
    JobFacade jobs;

    @Inject
    ExplainFacade explain;

    @Inject
    ReceiptSigner signer;

    @Context
    SecurityContext security;

    @GET
    public Response list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("account") @Nullable UUID account,
            @BeanParam PageRequest page) {
        JobState wanted = BuyerJobsPage.state(state);
        Page<JobRow> found = overview.jobs(wanted, account, page.limit(), page.cursor());
        var filter = new LinkedHashMap<String, @Nullable Object>();
        filter.put("state", wanted);
        filter.put("account", account);
        filter.put("cursor", found.nextCursor());
        Form show = Form.get("Show", ROOT)
                .choice("state", "State", wanted == null ? "" : wanted.name(), BuyerJobsPage.states());
        if (account != null) {
            show = show.hidden("account", account.toString());
        }
        return Html.answer(Seat.of(security)
                .sheet(
                        "Jobs",
                        ROOT,
                        List.of(
                                new Block.Acts(List.of(show)),
                                new Block.Table(
                                        "Jobs of all accounts, newest first",
                                        List.of(
                                                Block.Column.of("Job"),
                                                Block.Column.of("State"),
                                                Block.Column.of("Workload"),
                                                Block.Column.of("Account"),
                                                Block.Column.of("Node"),
                                                Block.Column.right("Attempt"),
                                                Block.Column.right("Price"),
                                                Block.Column.of("Submitted"),
                                                Block.Column.of("Finished"),
                                                Block.Column.of("Error")),
                                        found.items().stream()
                                                .map(JobsPage::row)
                                                .toList(),
                                        "No such jobs. Show other states, or give a buyer a key to submit some.",
                                        found.nextCursor() == null ? null : Paths.of(ROOT, filter)))));
    }

    private static List<Cell> row(JobRow job) {
        return List.of(
                Cell.id(job.id(), ROOT + "/" + job.id()),
                JobBlocks.state(job.state()),
                Cell.text(job.workload()),
                Cell.id(job.account(), ROOT + "?account=" + job.account()),
                Cell.text(job.node()),
                Cell.number(job.attempt()),
                Cell.amount(job.price()),
                Cell.time(job.submittedAt()),
                Cell.time(job.finishedAt()),
                Cell.text(job.errorCode()));
    }

    @GET
    @Path("{id}")
    public Response job(@PathParam("id") UUID id) {
        JobRow job = overview.job(id);
        var blocks = new ArrayList<Block>();
        blocks.add(Block.Facts.of("Job")
                .with("State", JobBlocks.state(job.state()))
                .with("Workload", Cell.text(job.workload()))
                .with("Account", Cell.id(job.account(), ROOT + "?account=" + job.account()))
                .with("Price", Cell.amount(job.price()))
                .with("Attempt", Cell.number(job.attempt()))
                .maybe("Node", Cell.text(job.node()))
                .maybe("Error", Cell.text(job.errorCode()))
                .with("Submitted", Cell.time(job.submittedAt()))
                .maybe("Finished", Cell.time(job.finishedAt()))
                .with("Id", Cell.code(id)));
        if (job.state() == JobState.QUEUED) {
            blocks.addAll(JobBlocks.explanation(explain.explain(job.account(), id)));
        }
        if (job.state() == JobState.COMPLETED) {
            blocks.add(JobBlocks.receipt(jobs.receipt(job.account(), id), signer.publicKeys()));
        }
        blocks.add(JobBlocks.timeline(jobs.history(job.account(), id, 0)));
        return Html.answer(Seat.of(security)
                .sheet("Job " + Cell.shorten(id), ROOT, List.of(new Sheet.Item("Jobs", ROOT, false)), blocks));
    }
}

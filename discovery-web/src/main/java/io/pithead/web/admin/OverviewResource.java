package io.pithead.web.admin;

import io.pithead.coordinator.dispatch.ExplainFacade;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.node.NodeHistory;
import io.pithead.coordinator.overview.Overview;
import io.pithead.coordinator.overview.OverviewFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.NodeChange;
import io.pithead.protocol.job.Explanation;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the operator sees of all accounts: figures, nodes, jobs. {@code miners} is AITBC's name for nodes. */
@Path("v1/admin")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class OverviewResource {
    @Inject
    OverviewFacade overview;

    @Inject
    NodeHistory histories;

    @Inject
    JobFacade jobs;

    @Inject
    ExplainFacade explain;

    @GET
    @Path("stats")
    public Overview.Stats stats() {
        return overview.stats();
    }

    @GET
    @Path("nodes")
    public Page<Overview.NodeRow> nodes(@BeanParam PageRequest page) {
        return overview.nodes(page.limit(), page.cursor());
    }

    @GET
    @Path("nodes/{id}")
    public Overview.NodeRow node(@PathParam("id") UUID id) {
        return overview.node(id);
    }

    /** What it works on now. */
    @GET
    @Path("nodes/{id}/jobs")
    public Page<Overview.JobRow> held(@PathParam("id") UUID id) {
        overview.node(id);
        return new Page<>(overview.held(id), null);
    }

    /** Its states, the newest first. */
    @GET
    @Path("nodes/{id}/history")
    public Page<NodeChange> history(@PathParam("id") UUID id, @BeanParam PageRequest page) {
        overview.node(id);
        return histories.list(id, page.numberCursor(), page.limit());
    }

    @GET
    @Path("miners")
    public Page<Overview.NodeRow> miners(@BeanParam PageRequest page) {
        return nodes(page);
    }

    @GET
    @Path("jobs")
    public Page<Overview.JobRow> jobs(
            @QueryParam("state") @Nullable JobState state,
            @QueryParam("account") @Nullable UUID account,
            @BeanParam PageRequest page) {
        return overview.jobs(state, account, page.limit(), page.cursor());
    }

    /** What happened to a job and why it waits; what it is about, and what came of it, is its buyer's. */
    @GET
    @Path("jobs/{id}")
    public JobStory job(@PathParam("id") UUID id) {
        Overview.JobRow job = overview.job(id);
        return new JobStory(
                job,
                jobs.history(job.account(), id, 0),
                explain.explain(job.account(), id),
                job.state() == JobState.COMPLETED ? jobs.receipt(job.account(), id) : null);
    }

    /** A job as the operator sees it. */
    public record JobStory(
            Overview.JobRow job,
            List<JobEvent> history,
            Explanation explanation,
            @Nullable Receipt receipt) {}
}

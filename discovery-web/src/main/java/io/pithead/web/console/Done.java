package io.pithead.web.console;

import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a form did, told on the page that follows. A URL names one of these and can say nothing else. */
enum Done {
    BANNED("The node is banned. What it held goes to others."),
    FREED("The ban is lifted."),
    RETRIED("Sent again."),
    DISCARDED("It is gone for good; the audit says what it was."),
    NOTHING("There was nothing left there."),
    DRAINING("The node gets no new jobs; what it runs goes on."),
    CANCELED("The job is canceled."),
    SUBMITTED("The job is in the queue."),
    DISPUTED("The dispute is open; what the job paid is held until it is decided."),
    CONFIRMED("The deposit is confirmed."),
    REFUSED("The deposit is refused."),
    REQUESTED("The deposit waits for the operator to confirm it."),
    CLOSING("The epoch is being closed."),
    CREATED("It is made."),
    PASSWORD("The password is set; all your other sessions are over."),
    BOUND("From now on you can sign in that way too."),
    UNBOUND("Nobody signs in that way as you any more."),
    FACTOR_REMOVED("No code is asked for any more."),
    STARTED("The run is being started."),
    CLOSED("The run is being closed."),
    STOPPED("The task is being stopped."),
    PAUSED("The task pauses."),
    RESUMED("The task goes on."),
    REVOKED("The key is revoked."),
    DISABLED("The account is disabled; its keys no longer work."),
    MEMBERSHIP("Its roles are changed."),
    SIGNED_OUT("All its sessions are over."),
    FREED_ELSEWHERE("Nobody signs in that way as this user any more; sessions that are open stay."),
    SHUT("The user is disabled; all its sessions are over."),
    LET_IN("The user may sign in again."),
    INDEXING("The chain is read anew.");

    private final String text;

    Done(String text) {
        this.text = text;
    }

    static List<Block> notice(@Nullable String word) {
        for (Done done : values()) {
            if (done.word().equals(word)) {
                return List.of(new Block.Notice(Tone.GOOD, done.text));
            }
        }
        return List.of();
    }

    /** Sends the browser to where it sees what came of it, so that to reload does nothing twice. */
    Response at(String page) {
        return Response.seeOther(URI.create(path(page))).build();
    }

    String path(String page) {
        return page + "?done=" + word();
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.pithead.bench.simulation;

/** What happened, in counts. */
final class Tally {
    long jobs;
    long replicas;
    long canaries;
    long referees;
    long failed;
    long wrongAccepted;
    long honestAnswers;
    long honestLate;

    void answered(SimNode node, String answer) {
        honestAnswers += isHonest(node, answer) ? 1 : 0;
    }

    /** Its pay waits for somebody else's answer that was not planned. */
    void late(SimNode node, String answer) {
        honestLate += isHonest(node, answer) ? 1 : 0;
    }

    void accepted(String answer) {
        wrongAccepted += answer.equals(SimNode.RIGHT) ? 0 : 1;
    }

    void paid(SimNode node, String answer) {
        node.liesPaid += node.kind.cheats() && !answer.equals(SimNode.RIGHT) ? 1 : 0;
    }

    void withdrawn(SimNode node, String answer) {
        node.liesPaid -= node.kind.cheats() && !answer.equals(SimNode.RIGHT) ? 1 : 0;
    }

    private static boolean isHonest(SimNode node, String answer) {
        return !node.kind.cheats() && answer.equals(SimNode.RIGHT);
    }
}

package io.pithead.protocol.challenge;

/** Why a challenge, or a charge's work, was not valid. */
public enum VerdictReason {
    /** The node did not commit in time. */
    NO_COMMITMENT(Verdict.INCONCLUSIVE),
    /** It committed, and did not open in time what it was asked for. */
    NO_OPENING(Verdict.INCONCLUSIVE),
    /** The challenge or the question is not the validator's: whoever shows them proves nothing. */
    NOT_SIGNED_BY_VALIDATOR(Verdict.INCONCLUSIVE),
    /** Somebody answered for the node. */
    NOT_SIGNED_BY_NODE(Verdict.INCONCLUSIVE),
    /** An answer to something else, however well signed: an old one that somebody kept. */
    OTHER_CHALLENGE(Verdict.INCONCLUSIVE),
    /** Fewer or more rows or pages than were asked for, or others. */
    WRONG_ROWS(Verdict.INVALID),
    /** A row or page that is not as long as the challenge says. */
    WRONG_SHAPE(Verdict.INVALID),
    /** A row or page that is not the one that was committed to. */
    WRONG_PATH(Verdict.INVALID),
    /** A row that was committed to and is not of the product. */
    WRONG_PRODUCT(Verdict.INVALID),
    /** A page that was committed to and does not follow from those before it. */
    WRONG_PAGE(Verdict.INVALID),
    /** A stream that was committed to, or a block of it that was sent back, which is not the one that was sent. */
    WRONG_STREAM(Verdict.INVALID),
    /** What a container is said to have said is not what was committed to, or was said of another challenge. */
    WRONG_DIGEST(Verdict.INVALID),
    /** What a container said is not of one that is closed in as it was asked for. */
    WRONG_FACTS(Verdict.INVALID),
    /** The node says that it runs no container now. */
    NO_CONTAINER(Verdict.INCONCLUSIVE),
    /** So many of the answers that it signed are not what the validator found. */
    WRONG_WORK(Verdict.INVALID),
    /** Fewer of them. */
    NOT_CONFIRMED(Verdict.INCONCLUSIVE),
    /** The validator could not do enough of them once more. */
    NOT_REPEATED(Verdict.INCONCLUSIVE);

    private final Verdict verdict;

    VerdictReason(Verdict verdict) {
        this.verdict = verdict;
    }

    public Verdict verdict() {
        return verdict;
    }
}

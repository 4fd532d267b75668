package io.pithead.demo;

import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.VerdictReason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a node does instead of the multiplication, or of filling memory or a file and holding it, or of fetching a stream or running a container, and what a validator finds who hears of it through a coordinator. */
public enum Cheat {
    /** It multiplies. */
    NONE(null),
    RANDOM_PRODUCT(VerdictReason.WRONG_PRODUCT),
    ZEROS(VerdictReason.WRONG_PRODUCT),
    /** Sums of rows times sums of columns. */
    RANK_ONE(VerdictReason.WRONG_PRODUCT),
    /** Of rank one, but each row sums to the right number. */
    RIGHT_SUMS(VerdictReason.WRONG_PRODUCT),
    /** As a graphics card with TF32 would: eleven bits of each entry. */
    ROUNDED(VerdictReason.WRONG_PRODUCT),
    ONE_ENTRY_OFF(VerdictReason.WRONG_PRODUCT),
    /** Of the challenge before, or of a nonce that was guessed for the first one. */
    OLD_PRODUCT(VerdictReason.WRONG_PRODUCT),
    OTHER_NODES_PRODUCT(VerdictReason.WRONG_PRODUCT),
    /** It multiplies what it is asked for only, and only then. */
    COMMITS_TO_NOTHING(VerdictReason.WRONG_PATH),
    SWAPPED_ROW(VerdictReason.WRONG_PATH),
    TAMPERED_PATH(VerdictReason.WRONG_PATH),
    TAMPERED_VALUE(VerdictReason.WRONG_PATH),
    OTHER_ROWS(VerdictReason.WRONG_ROWS),
    NO_ROWS(VerdictReason.WRONG_ROWS),
    TOO_FEW_ROWS(VerdictReason.WRONG_ROWS),
    TOO_MANY_ROWS(VerdictReason.WRONG_ROWS),
    ONE_ROW_REPEATED(VerdictReason.WRONG_ROWS),
    SHORT_ROW(VerdictReason.WRONG_SHAPE),
    /** What is not the node's word, or answers something else, is not carried. */
    OTHERS_COMMITMENT(VerdictReason.NO_COMMITMENT),
    OLD_COMMITMENT(VerdictReason.NO_COMMITMENT),
    OTHERS_OPENING(VerdictReason.NO_OPENING),
    OLD_OPENING(VerdictReason.NO_OPENING),
    SILENT(VerdictReason.NO_COMMITMENT),
    COMMITS_ONLY(VerdictReason.NO_OPENING),
    RANDOM_MEMORY(ChallengeKind.MEMORY, VerdictReason.WRONG_PAGE),
    /** Every second page is nothing, and the others follow from it. */
    HALF_THE_MEMORY(ChallengeKind.MEMORY, VerdictReason.WRONG_PAGE),
    /** Of the challenge before, or of a nonce that was guessed. */
    OLD_MEMORY(ChallengeKind.MEMORY, VerdictReason.WRONG_PAGE),
    /** It fills all of it and forgets every second page once it has committed. */
    DROPPED_MEMORY(ChallengeKind.MEMORY, VerdictReason.WRONG_PATH),
    RANDOM_FILE(ChallengeKind.STORAGE, VerdictReason.WRONG_PAGE),
    /** It writes every second page only, and says it wrote all of them. */
    LOST_PAGES(ChallengeKind.STORAGE, VerdictReason.WRONG_PATH),
    /** Of the challenge before, or of a nonce that was guessed. */
    OLD_FILE(ChallengeKind.STORAGE, VerdictReason.WRONG_PAGE),
    /** It fetches nothing and commits to what the challenge itself says of the stream. */
    NO_STREAM(ChallengeKind.NETWORK, VerdictReason.WRONG_STREAM),
    /** It sends back what a line packs to nothing. */
    ZEROS_BACK(ChallengeKind.NETWORK, VerdictReason.WRONG_STREAM),
    /** It sends the challenge's own nonce back for a digest. */
    ECHO(ChallengeKind.CONTAINER, VerdictReason.WRONG_DIGEST),
    /** What a container said to the challenge before, or to one that was guessed. */
    OLD_CONTAINER(ChallengeKind.CONTAINER, VerdictReason.WRONG_DIGEST),
    /** It runs something, with all the rights there are. */
    OPEN_CONTAINER(ChallengeKind.CONTAINER, VerdictReason.WRONG_FACTS),
    /** It claims an engine and says each time that it is away. */
    ENGINE_AWAY(ChallengeKind.CONTAINER, VerdictReason.NO_CONTAINER);

    private final ChallengeKind kind;
    private final @Nullable VerdictReason reason;

    Cheat(@Nullable VerdictReason reason) {
        this(ChallengeKind.COMPUTE, reason);
    }

    Cheat(ChallengeKind kind, @Nullable VerdictReason reason) {
        this.kind = kind;
        this.reason = reason;
    }

    /** Of the challenges that it cheats in; to the others it answers honestly. */
    public ChallengeKind kind() {
        return kind;
    }

    /** Empty for what is right. */
    public Optional<VerdictReason> reason() {
        return Optional.ofNullable(reason);
    }
}

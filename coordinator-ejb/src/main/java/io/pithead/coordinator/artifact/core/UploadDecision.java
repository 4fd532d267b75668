package io.pithead.coordinator.artifact.core;

/** What becomes of a piece of an upload. */
public sealed interface UploadDecision {
    /** Take the bytes; {@code afresh} discards what was there. */
    record Accept(boolean afresh) implements UploadDecision {}

    /** The piece does not begin where the upload stands. */
    record WrongOffset(long wanted) implements UploadDecision {}

    /** The upload that has begun under this digest has another size. */
    record OtherSize(long begun) implements UploadDecision {}

    /** Larger than any artifact may be. */
    record TooLarge(long max) implements UploadDecision {}

    /**
     * @param begunSize the size that was announced by the upload that has begun, or -1 when there is none
     * @param offset how many of its bytes are here
     */
    static UploadDecision decide(Piece piece, long begunSize, long offset, long maxBytes) {
        if (piece.total() > maxBytes) {
            return new TooLarge(maxBytes);
        }
        if (piece.from() == 0) {
            return new Accept(true);
        }
        if (begunSize < 0) {
            return new WrongOffset(0);
        }
        if (begunSize != piece.total()) {
            return new OtherSize(begunSize);
        }
        return piece.from() == offset ? new Accept(false) : new WrongOffset(offset);
    }
}

/**
 * A network of nodes that lie, fail and dawdle, judged by the very classes that the coordinator judges with; nothing else of
 * the coordinator is here. The seed says all that happens.
 *
 * <p>An epoch is a day. A job's right answer is known to the simulation alone, and to the referee. Liars are given the benefit: they know how far
 * they are trusted, lie at no cost, and the pay that a slash would still withdraw counts as theirs.
 */
@NullMarked
package io.pithead.bench.simulation;

import org.jspecify.annotations.NullMarked;

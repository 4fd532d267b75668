/**
 * The challenges of compute, of memory, of storage, of the network and of containers: what their two parties say to each other, and the arithmetic that both do
 * (docs/VERIFICATION.md).
 *
 * <pre>
 *   validator                                     node
 *   Challenge: size, rows, nonce  ───────▶ A, B from the seed, C = A·B
 *                                        ◀─────── Commitment: root over the rows of C
 *   Question: 32 fresh bytes      ───────▶ which rows they ask for
 *                                        ◀─────── Opening: these rows, with their paths
 *   Attestation
 * </pre>
 *
 * For memory and storage the pages stand where the rows of C do, and the node holds them until it has opened some. For the network the challenge
 * names a stream that the node fetches, the question is what the stream was made of, and the opening sends some of it back. For a container the
 * commitment is the digest that it made, and the opening what it said; the question asks for nothing else.
 *
 * <p>Each message names the digest of the one that it answers, and is signed by its party: whoever carries them can leave one out, and
 * nothing else. All numbers are whole, so two honest parties never differ.
 */
@NullMarked
package io.pithead.protocol.challenge;

import org.jspecify.annotations.NullMarked;

/**
 * Decides what a node is challenged with and what its answer is worth. The judge is a function of signed documents and of when they
 * came, so everybody who has them can judge again; how sure it is follows from {@link
 * io.pithead.validator.challenge.core.Soundness}.
 */
@NullMarked
package io.pithead.validator.challenge.core;

import org.jspecify.annotations.NullMarked;

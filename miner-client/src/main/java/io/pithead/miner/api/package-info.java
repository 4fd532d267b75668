/**
 * The coordinator's HTTP API as the miner calls it. Every call is bounded in time and in bytes, follows no redirect and
 * has one of three outcomes: an answer, a refusal with the envelope's code, or nothing.
 */
@NullMarked
package io.pithead.miner.api;

import org.jspecify.annotations.NullMarked;

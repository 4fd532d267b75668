/**
 * The discovery registry: what a node says of itself, who may read where it is, and what others are told. A node is its
 * address; nobody says in a body who he is, the signature of the request does.
 */
@NullMarked
package io.pithead.protocol.discovery;

import org.jspecify.annotations.NullMarked;

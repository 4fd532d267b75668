/** Strict JSON: unknown, missing and wrongly typed members are named by JSON pointer (RFC 6901). */
@NullMarked
package io.pithead.protocol.json;

import org.jspecify.annotations.NullMarked;

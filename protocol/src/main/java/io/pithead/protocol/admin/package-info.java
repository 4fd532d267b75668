/** What the operator's API says of accounts, keys and the audit trail. A key's text is in {@code IssuedKey} only. */
@NullMarked
package io.pithead.protocol.admin;

import org.jspecify.annotations.NullMarked;

/**
 * The operator's API. It is all that the console can do, and every change it makes is in the audit trail, written in the
 * transaction of the change.
 */
@NullMarked
package io.pithead.web.admin;

import org.jspecify.annotations.NullMarked;

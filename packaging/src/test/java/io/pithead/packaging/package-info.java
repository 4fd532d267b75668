/** The package as a machine sees it: installed, looked at, run and removed. */
@NullMarked
package io.pithead.packaging;

import org.jspecify.annotations.NullMarked;

/** What holds for the classes of every module, whatever they do. */
@NullMarked
package io.pithead.testing.architecture;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.pithead.web.admin;

import org.jspecify.annotations.NullMarked;

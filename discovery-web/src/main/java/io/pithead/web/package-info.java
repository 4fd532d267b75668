/** The HTTP edge: parse, authorise, call one facade, map. Nothing here decides. */
@NullMarked
package io.pithead.web;

import org.jspecify.annotations.NullMarked;

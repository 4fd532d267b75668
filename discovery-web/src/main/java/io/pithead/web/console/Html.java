package io.pithead.web.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import jakarta.ws.rs.core.Response;

/** Writes pages and parts of pages. */
final class Html {
    static final String MEDIA_TYPE = "text/html; charset=utf-8";
    private static final TemplateEngine TEMPLATES =
            TemplateEngine.createPrecompiled(null, ContentType.Html, Html.class.getClassLoader());

    private Html() {}

    static String page(Sheet sheet) {
        return write("page.jte", sheet);
    }

    /** The blocks alone. */
    static String part(Sheet sheet) {
        return write("part.jte", sheet);
    }

    static Response answer(Sheet sheet) {
        return Response.ok(page(sheet)).type(MEDIA_TYPE).build();
    }

    private static String write(String template, Sheet sheet) {
        var output = new StringOutput();
        TEMPLATES.render(template, sheet, output);
        return output.toString();
    }
}

package io.pithead.e2e;

import java.net.URI;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** An OpenID provider: Spring Authorization Server, with the pages that people see. Its word for somebody is the name there. */
final class OpenIdProvider implements AutoCloseable {
    static final String CLIENT = "pithead";
    static final String SECRET = "between the two of us";
    static final String PASSWORD = "elsewhere";
    private static final String REGISTRATION = "spring.security.oauth2.authorizationserver.client.pithead.";

    private final ServletWebServerApplicationContext context;

    private OpenIdProvider(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Provider {
        @Bean
        UserDetailsService people() {
            var people = new InMemoryUserDetailsManager();
            for (String name : new String[] {"ada", "grace", "edsger", "barbara", "donald", "stranger"}) {
                people.createUser(User.withUsername(name)
                        .password("{noop}" + PASSWORD)
                        .roles("USER")
                        .build());
            }
            return people;
        }
    }

    static OpenIdProvider start() {
        var application = new SpringApplication(Provider.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setDefaultProperties(Map.of(
                "server.address",
                "127.0.0.1",
                "server.port",
                "0",
                "spring.main.banner-mode",
                "off",
                REGISTRATION + "registration.client-id",
                CLIENT,
                REGISTRATION + "registration.client-secret",
                "{noop}" + SECRET,
                REGISTRATION + "registration.client-authentication-methods",
                "client_secret_basic",
                REGISTRATION + "registration.authorization-grant-types",
                "authorization_code",
                // of a host that is this machine every port will do (RFC 8252, 7.3)
                REGISTRATION + "registration.redirect-uris",
                "http://127.0.0.1/console/oidc/callback",
                REGISTRATION + "registration.scopes",
                "openid",
                REGISTRATION + "require-proof-key",
                "true"));
        return new OpenIdProvider((ServletWebServerApplicationContext) application.run());
    }

    /** By another name than this server, and so another site to a browser. */
    URI url() {
        return URI.create("http://localhost:" + context.getWebServer().getPort());
    }

    @Override
    public void close() {
        context.close();
    }
}

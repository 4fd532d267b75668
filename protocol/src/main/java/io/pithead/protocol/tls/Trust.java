package io.pithead.protocol.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom to believe: the machine's certificate authorities and, when given, the user's file. Names are always checked. */
public final class Trust {
    private Trust() {}

    /** @param caFile certificates in PEM, believed besides the machine's
     * @throws IOException that says what is wrong with the file */
    public static SSLContext context(Optional<Path> caFile) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            KeyStore store = caFile.isPresent() ? withAuthorities(certificates(caFile.get())) : null;
            context.init(null, managers(store), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("CA_FILE cannot be used: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new CertificateException("it holds no certificate");
            }
            return found;
        }
    }

    private static KeyStore withAuthorities(Collection<? extends Certificate> own)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : own) {
            store.setCertificateEntry("own-" + number++, certificate);
        }
        for (X509Certificate authority : authorities()) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        return store;
    }

    private static X509Certificate[] authorities() throws GeneralSecurityException {
        return Arrays.stream(managers(null))
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .map(X509TrustManager::getAcceptedIssuers)
                .orElse(new X509Certificate[0]);
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}

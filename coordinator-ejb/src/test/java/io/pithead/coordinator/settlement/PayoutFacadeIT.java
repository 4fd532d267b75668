package io.pithead.coordinator.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.DevChainRig;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.discovery.Signatures;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.protocol.wallet.PayoutAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PayoutFacadeIT {
    private static final long CHAIN = 31_337;
    private static final String AUDIENCE = "https://coordinator.example.net";
    private static final WalletKey OLD = WalletKey.of(Keccak.digest(new byte[] {1}));
    private static final WalletKey THIEF = WalletKey.of(Keccak.digest(new byte[] {2}));

    private static DevChainRig rig;
    private final PayoutFacade payouts = new PayoutFacade();
    private Caller miner;
    private Caller operator;
    private byte nonce;

    @BeforeAll
    static void chain() throws Exception {
        rig = new DevChainRig(CHAIN);
    }

    @AfterAll
    static void close() throws Exception {
        rig.close();
    }

    @BeforeEach
    void open() {
        var settling = new Settling();
        settling.chains = rig.known();
        settling.config = new SettlementConfig();
        var discovery = new DiscoveryConfig();
        discovery.read(new ConfigReader(key -> Optional.ofNullable(
                Map.of("pithead.discovery.audience", AUDIENCE).get(key))));
        payouts.database = rig.rows().database();
        payouts.settling = settling;
        payouts.chains = rig.known();
        payouts.signatures = new Signatures(discovery);
        payouts.audit = new Audit();
        miner = new Caller(rig.rows().account(), UUID.randomUUID(), Scope.MINER, "ph_miner_x");
        operator = new Caller(rig.rows().account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
        rig.rows().update("delete from wallet_nonce");
    }

    private static PayoutAddress to(int number) {
        return new PayoutAddress(CHAIN, Till.address(number).text());
    }

    private String signed(WalletKey by, PayoutAddress body, long chain) {
        byte[] unique = new byte[SignedRequest.NONCE_BYTES];
        unique[0] = ++nonce;
        return SignedRequest.sign(
                        by,
                        "PUT",
                        "/v1/wallet/payout",
                        Json.write(body),
                        new SignedRequest.Terms(chain, AUDIENCE, unique, Instant.now(), Duration.ofMinutes(1)))
                .header();
    }

    private void refused(ErrorCode code, ThrowingCallable call) {
        String before = now();
        assertThat(catchThrowableOfType(CoordinatorException.class, call).code())
                .isEqualTo(code);
        assertThat(now()).isEqualTo(before);
    }

    private String now() {
        return rig.rows()
                .text(
                        "select coalesce(string_agg(account_id || address, ' ' order by account_id), '') from payout_address");
    }

    private PayoutAddress set(PayoutAddress wanted, @Nullable String signature) {
        return payouts.set(miner, wanted, signature);
    }

    @Test
    void the_first_address_is_the_keys_to_say_and_another_one_the_wallets() {
        refused(ErrorCode.NOT_FOUND, () -> payouts.find(miner.accountId()));
        refused(ErrorCode.NOT_FOUND, () -> payouts.claim(miner.accountId()));
        var old = new PayoutAddress(CHAIN, OLD.address().text());
        assertThat(set(old, null)).isEqualTo(old);
        assertThat(set(old, null)).isEqualTo(old);
        assertThat(payouts.find(miner.accountId())).isEqualTo(old);

        refused(ErrorCode.FORBIDDEN_SIGNER, () -> set(to(5), null));
        refused(ErrorCode.FORBIDDEN_SIGNER, () -> set(to(5), signed(THIEF, to(5), CHAIN)));
        refused(ErrorCode.FORBIDDEN_SIGNER, () -> set(to(5), signed(OLD, to(5), 1)));
        refused(ErrorCode.SIGNATURE_INVALID, () -> set(to(5), signed(OLD, to(6), CHAIN)));
        refused(ErrorCode.SIGNATURE_REQUIRED, () -> set(to(5), "nonsense"));
        String good = signed(OLD, to(5), CHAIN);
        assertThat(set(to(5), good)).isEqualTo(to(5));
        assertThat(payouts.find(miner.accountId())).isEqualTo(to(5));
        assertThat(rig.rows()
                        .number(
                                "select count(*) from audit where action = 'payout.set' and target = ?",
                                miner.accountId().toString()))
                .isEqualTo(2);
        assertThat(rig.rows()
                        .text(
                                "select before ->> 'address' from audit where target = ? order by id desc limit 1",
                                miner.accountId().toString()))
                .isEqualTo(old.address());
    }

    @Test
    void a_signature_counts_once() {
        var old = new PayoutAddress(CHAIN, OLD.address().text());
        set(old, null);
        String good = signed(OLD, to(5), CHAIN);
        set(to(5), good);
        payouts.setFor(operator, miner.accountId(), old);
        refused(ErrorCode.NONCE_USED, () -> set(to(5), good));
    }

    @Test
    void an_operators_word_is_enough_for_an_account_that_there_is() {
        payouts.setFor(operator, miner.accountId(), to(7));
        assertThat(payouts.setFor(operator, miner.accountId(), to(8))).isEqualTo(to(8));
        assertThat(payouts.find(miner.accountId())).isEqualTo(to(8));
        refused(ErrorCode.NOT_FOUND, () -> payouts.setFor(operator, UUID.randomUUID(), to(8)));
    }

    @Test
    void nobody_is_paid_where_money_would_be_lost() {
        refused(ErrorCode.INVALID_PAYLOAD, () -> set(new PayoutAddress(1L, to(1).address()), null));
        refused(ErrorCode.INVALID_PAYLOAD, () -> set(new PayoutAddress(CHAIN, "0x" + "0".repeat(40)), null));
        refused(ErrorCode.INVALID_PAYLOAD, () -> set(new PayoutAddress(CHAIN, rig.at("AiToken")), null));
        refused(
                ErrorCode.INVALID_PAYLOAD,
                () -> payouts.setFor(operator, miner.accountId(), new PayoutAddress(CHAIN, rig.at("Rewards"))));
    }
}

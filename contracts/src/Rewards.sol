// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Bounds} from "./Bounds.sol";
import {Governed} from "./Governed.sol";
import {IRewards} from "./interfaces/IRewards.sol";
import {IVerdictTarget} from "./interfaces/IVerdictTarget.sol";

/// Pay. Each epoch has a Merkle root over what every account has earned since the beginning, so one claim takes all epochs.
/// Always: claimed <= the root's total <= funded.
contract Rewards is Governed, EIP712, Nonces, IRewards, IVerdictTarget {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    bytes32 public constant POSTER_ROLE = keccak256("POSTER");
    /// The validators' contract.
    bytes32 public constant VERDICT_ROLE = keccak256("VERDICT");
    bytes32 public constant DELEGATION_TYPEHASH =
        keccak256("ClaimDelegation(address account,address delegate,address recipient,uint256 nonce,uint256 deadline)");

    /// How many roots are kept. Old ones are overwritten, for each holds all that those before it held.
    uint256 public constant KEPT_ROOTS = 64;
    uint256 public constant MAX_CLAIMS = 64;
    uint64 public constant MAX_WINDOW = 30 days;

    struct Root {
        /// 0 once it was withdrawn.
        bytes32 hash;
        uint64 epoch;
        uint64 activeAt;
        uint128 total;
    }

    struct Claim {
        address account;
        uint256 cumulative;
        bytes32[] proof;
    }

    struct Delegation {
        address account;
        address delegate;
        /// Where else than to the account the delegate may claim to. 0: nowhere else.
        address recipient;
        uint256 nonce;
        uint256 deadline;
    }

    struct Delegate {
        address key;
        address recipient;
    }

    IERC20 private immutable _token;
    uint128 private _funded;
    uint64 private _lastEpoch;
    uint64 private _window;
    uint256 private _claimed;
    mapping(uint256 slot => Root) private _roots;
    mapping(address account => uint256) private _claimedBy;
    mapping(address account => Delegate) private _delegates;

    event Funded(address indexed by, uint256 amount, uint256 funded);
    event RootPosted(
        uint64 indexed epoch, bytes32 indexed root, uint256 total, uint64 activeAt, bytes32 leavesHash, string uri
    );
    event RootWithdrawn(uint64 indexed epoch, bytes32 indexed root, address indexed by, uint16 reason);
    event Claimed(address indexed account, address indexed recipient, uint64 indexed epoch, uint256 amount);
    event DelegateChanged(address indexed account, address indexed delegate, address indexed recipient);
    event WindowChanged(uint64 window);

    error Rewards_ZeroAmount();
    error Rewards_ZeroRoot();
    error Rewards_EpochOutOfOrder(uint64 given, uint64 expected);
    error Rewards_Underfunded(uint256 total, uint256 funded);
    error Rewards_TooManyPending(uint64 epoch, uint64 activeAt);
    error Rewards_NoRoot(uint64 epoch);
    error Rewards_RootPending(uint64 epoch, uint64 activeAt);
    error Rewards_RootActive(uint64 epoch, uint64 activeAt);
    error Rewards_OnlyRejections();
    error Rewards_ProofInvalid(address account, uint64 epoch);
    error Rewards_NothingToClaim(address account, uint256 cumulative, uint256 claimed);
    error Rewards_TotalExceeded(uint64 epoch, uint256 claimed, uint256 total);
    error Rewards_TooManyClaims(uint256 given, uint256 max);
    error Rewards_NotAllowed(address account, address caller, address recipient);
    error Rewards_SignatureExpired(address account, uint256 deadline);
    error Rewards_SignatureInvalid(address account);
    error Rewards_WindowTooLong(uint64 window, uint64 max);

    constructor(Governance memory governance, IERC20 token_, uint64 window_)
        Governed(governance)
        EIP712("Pithead Rewards", "1")
    {
        _token = token_;
        _setWindow(window_);
    }

    function fund(uint256 amount) external {
        if (amount == 0) revert Rewards_ZeroAmount();
        uint128 funded_ = _funded + amount.toUint128();
        _funded = funded_;
        emit Funded(msg.sender, amount, funded_);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @param total the sum of all leaves, which nobody can claim beyond
    /// @param leavesHash the digest of the file of leaves that lies at `uri`
    function post(uint64 epoch, bytes32 root, uint256 total, bytes32 leavesHash, string calldata uri)
        external
        whenNotPaused
        onlyRole(POSTER_ROLE)
    {
        Bounds.text(uri);
        if (root == 0) revert Rewards_ZeroRoot();
        if (epoch != _lastEpoch + 1) revert Rewards_EpochOutOfOrder(epoch, _lastEpoch + 1);
        if (total > _funded) revert Rewards_Underfunded(total, _funded);
        // the oldest root goes; the one after it must not be pending, or there might be none to claim from
        Root storage next = _slot(epoch + 1);
        if (next.activeAt > block.timestamp) revert Rewards_TooManyPending(next.epoch, next.activeAt);
        uint64 activeAt = uint64(block.timestamp) + _window;
        _roots[epoch % KEPT_ROOTS] = Root(root, epoch, activeAt, total.toUint128());
        _lastEpoch = epoch;
        emit RootPosted(epoch, root, total, activeAt, leavesHash, uri);
    }

    /// The poster saw that it was wrong, within the window.
    function withdrawRoot(uint64 epoch, uint16 reason) external onlyRole(POSTER_ROLE) {
        _withdraw(epoch, reason);
    }

    /// Validators saw that it is wrong, within the window.
    function onVerdict(bytes32 subject, Verdict, uint16 reason) external onlyRole(VERDICT_ROLE) {
        _withdraw(_epochOf(subject), reason);
    }

    function setWindow(uint64 window_) external onlyRole(PARAMETER_ROLE) {
        _setWindow(window_);
    }

    /// For oneself or for another: the tokens go to the account.
    function claim(uint64 epoch, address account, uint256 cumulative, bytes32[] calldata proof)
        external
        whenNotPaused
        returns (uint256)
    {
        return _claim(epoch, account, account, cumulative, proof);
    }

    /// By the account to wherever it wants, or by its delegate to the recipient that the account fixed.
    function claimTo(uint64 epoch, address account, uint256 cumulative, bytes32[] calldata proof, address recipient)
        external
        whenNotPaused
        returns (uint256)
    {
        if (msg.sender != account) {
            Delegate storage delegate_ = _delegates[account];
            if (msg.sender != delegate_.key || (recipient != account && recipient != delegate_.recipient)) {
                revert Rewards_NotAllowed(account, msg.sender, recipient);
            }
        }
        return _claim(epoch, account, recipient, cumulative, proof);
    }

    /// Accounts whose claim somebody else has sent meanwhile are passed over, a wrong proof fails all.
    function claimMany(uint64 epoch, Claim[] calldata claims) external whenNotPaused returns (uint256 amount) {
        if (claims.length > MAX_CLAIMS) revert Rewards_TooManyClaims(claims.length, MAX_CLAIMS);
        for (uint256 i; i < claims.length; ++i) {
            Claim calldata one = claims[i];
            if (one.cumulative > _claimedBy[one.account]) {
                amount += _claim(epoch, one.account, one.account, one.cumulative, one.proof);
            }
        }
    }

    /// By the account itself. Delegate 0 revokes.
    function setDelegate(address delegate_, address recipient) external {
        _useNonce(msg.sender);
        _setDelegate(msg.sender, delegate_, recipient);
    }

    /// By anyone, with the account's signature: its key may stay where it is.
    function setDelegateFor(Delegation calldata delegation, bytes calldata signature) external {
        address account = delegation.account;
        if (block.timestamp > delegation.deadline) revert Rewards_SignatureExpired(account, delegation.deadline);
        _useCheckedNonce(account, delegation.nonce);
        if (!SignatureChecker.isValidSignatureNowCalldata(account, delegationDigest(delegation), signature)) {
            revert Rewards_SignatureInvalid(account);
        }
        _setDelegate(account, delegation.delegate, delegation.recipient);
    }

    /// A root has one round: what was withdrawn stays so, what is active cannot be withdrawn any more.
    function roundOf(bytes32 subject, Verdict verdict) external view returns (uint64) {
        if (verdict != Verdict.REJECTED) revert Rewards_OnlyRejections();
        _pending(_epochOf(subject));
        return 0;
    }

    function rootOf(uint64 epoch) external view returns (Root memory) {
        return _existing(epoch);
    }

    function isActive(uint64 epoch) external view returns (bool) {
        Root storage root = _slot(epoch);
        return root.epoch == epoch && root.hash != 0 && root.activeAt <= block.timestamp;
    }

    function claimedOf(address account) external view returns (uint256) {
        return _claimedBy[account];
    }

    function delegateOf(address account) external view returns (Delegate memory) {
        return _delegates[account];
    }

    function lastEpoch() external view returns (uint64) {
        return _lastEpoch;
    }

    function window() external view returns (uint64) {
        return _window;
    }

    function totals() external view returns (uint256 funded, uint256 claimed) {
        return (_funded, _claimed);
    }

    function token() external view returns (IERC20) {
        return _token;
    }

    /// Hashed twice, so that no inner node of a tree can pass for a leaf. It names no epoch: what was earned stays earned.
    function leafOf(address account, uint256 cumulative) public view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(block.chainid, address(this), account, cumulative))));
    }

    function delegationDigest(Delegation calldata delegation) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    DELEGATION_TYPEHASH,
                    delegation.account,
                    delegation.delegate,
                    delegation.recipient,
                    delegation.nonce,
                    delegation.deadline
                )
            )
        );
    }

    /// How validators name an epoch's root. No epoch ever has a second one.
    function subjectOf(uint64 epoch) external pure returns (bytes32) {
        return bytes32(uint256(epoch));
    }

    function _claim(uint64 epoch, address account, address recipient, uint256 cumulative, bytes32[] calldata proof)
        private
        returns (uint256 amount)
    {
        Root storage root = _existing(epoch);
        if (root.activeAt > block.timestamp) revert Rewards_RootPending(epoch, root.activeAt);
        if (!MerkleProof.verifyCalldata(proof, root.hash, leafOf(account, cumulative))) {
            revert Rewards_ProofInvalid(account, epoch);
        }
        uint256 before = _claimedBy[account];
        if (cumulative <= before) revert Rewards_NothingToClaim(account, cumulative, before);
        amount = cumulative - before;
        uint256 claimed = _claimed + amount;
        if (claimed > root.total) revert Rewards_TotalExceeded(epoch, claimed, root.total);
        _claimedBy[account] = cumulative;
        _claimed = claimed;
        emit Claimed(account, recipient, epoch, amount);
        _token.safeTransfer(recipient, amount);
    }

    function _withdraw(uint64 epoch, uint16 reason) private {
        Root storage root = _pending(epoch);
        bytes32 hash = root.hash;
        root.hash = 0;
        emit RootWithdrawn(epoch, hash, msg.sender, reason);
    }

    function _setDelegate(address account, address delegate_, address recipient) private {
        _delegates[account] = Delegate(delegate_, recipient);
        emit DelegateChanged(account, delegate_, recipient);
    }

    function _setWindow(uint64 window_) private {
        if (window_ > MAX_WINDOW) revert Rewards_WindowTooLong(window_, MAX_WINDOW);
        _window = window_;
        emit WindowChanged(window_);
    }

    function _slot(uint64 epoch) private view returns (Root storage) {
        return _roots[epoch % KEPT_ROOTS];
    }

    function _existing(uint64 epoch) private view returns (Root storage root) {
        root = _slot(epoch);
        if (root.epoch != epoch || root.hash == 0) revert Rewards_NoRoot(epoch);
    }

    function _pending(uint64 epoch) private view returns (Root storage root) {
        root = _existing(epoch);
        if (root.activeAt <= block.timestamp) revert Rewards_RootActive(epoch, root.activeAt);
    }

    function _epochOf(bytes32 subject) private pure returns (uint64) {
        return uint256(subject).toUint64();
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Bounds} from "./Bounds.sol";
import {Governed} from "./Governed.sol";
import {IComputeNodes} from "./interfaces/IComputeNodes.sol";
import {IMemberships} from "./interfaces/IMemberships.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {IValidators} from "./interfaces/IValidators.sol";
import {IVerdictTarget} from "./interfaces/IVerdictTarget.sol";

/// What the managers of runs attest: one Merkle root per run, node and epoch over the receipts of accepted work. A single receipt
/// comes on the chain only when a validator disputes it; the units are those of the leaf, whoever says what.
contract WorkReceipts is Governed, IVerdictTarget {
    /// The validators' contract.
    bytes32 public constant VERDICT_ROLE = keccak256("VERDICT");
    uint256 public constant MAX_POSTS = 64;
    uint64 public constant MAX_WINDOW = 30 days;

    /// SOFT takes the units; HARD also ejects the node and proposes a slash of its provider.
    enum Severity {
        NONE,
        SOFT,
        HARD
    }

    struct NodeWork {
        address node;
        bytes32 root;
        uint96 units;
        uint32 leaves;
    }

    struct Batch {
        bytes32 root;
        uint96 units;
        uint96 invalidUnits;
        uint64 postedAt;
        /// At the time of the work: a node may change hands.
        address provider;
        uint32 leaves;
    }

    struct Leaf {
        uint256 run;
        address node;
        uint64 epoch;
        uint32 index;
        /// SHA-256 of the receipt's canonical JSON.
        bytes32 receiptHash;
        uint96 units;
    }

    struct Dispute {
        bytes32 leaf;
        uint256 run;
        address node;
        uint64 epoch;
        uint96 units;
        Severity severity;
        bool decided;
    }

    struct Parameters {
        /// How long after the posting a receipt can be disputed and judged.
        uint64 window;
        /// What a hard invalidation proposes to slash; 0: nothing.
        uint128 hardSlash;
    }

    IRuns private immutable _runs;
    IMemberships private immutable _memberships;
    IComputeNodes private immutable _nodes;
    IProviderRegistry private immutable _providers;
    IValidators private immutable _validators;
    Parameters private _parameters;
    mapping(bytes32 key => Batch) private _batches;
    mapping(bytes32 subject => Dispute) private _disputes;
    mapping(bytes32 leaf => Severity) private _invalid;

    event WorkPosted(
        uint256 indexed run,
        address indexed node,
        uint64 indexed epoch,
        address provider,
        bytes32 root,
        uint96 units,
        uint32 leaves
    );
    event WorkPublished(uint256 indexed run, uint64 indexed epoch, bytes32 leavesHash, string uri);
    event WorkDisputed(
        bytes32 indexed subject,
        uint256 indexed run,
        address indexed node,
        uint64 epoch,
        uint32 index,
        bytes32 receiptHash,
        uint96 units,
        Severity severity,
        address by
    );
    event WorkUpheld(bytes32 indexed subject, uint256 indexed run, address indexed node, uint64 epoch, uint16 reason);
    event WorkInvalidated(
        bytes32 indexed subject,
        uint256 indexed run,
        address indexed node,
        uint64 epoch,
        uint96 units,
        Severity severity,
        uint16 reason
    );
    event WorkParametersChanged(uint64 window, uint128 hardSlash);

    error WorkReceipts_NotManager(uint256 run, address account);
    error WorkReceipts_RunNeverOpen(uint256 run, IRuns.RunStatus status);
    error WorkReceipts_TooManyPosts(uint256 given, uint256 max);
    error WorkReceipts_ZeroRoot(address node);
    error WorkReceipts_AlreadyPosted(uint256 run, address node, uint64 epoch);
    error WorkReceipts_NeverJoined(uint256 run, address node);
    error WorkReceipts_UnitsExceeded(uint256 units, uint256 max);
    error WorkReceipts_NotPosted(uint256 run, address node, uint64 epoch);
    error WorkReceipts_ProofInvalid(bytes32 leaf);
    error WorkReceipts_NotValidator(address account);
    error WorkReceipts_NoSeverity();
    error WorkReceipts_AlreadyDisputed(bytes32 subject);
    error WorkReceipts_AlreadyInvalid(bytes32 leaf, Severity severity);
    error WorkReceipts_NoDispute(bytes32 subject);
    error WorkReceipts_WindowOver(uint256 until);
    error WorkReceipts_WindowTooLong(uint64 window, uint64 max);

    constructor(
        Governance memory governance,
        IRuns runs_,
        IMemberships memberships_,
        IComputeNodes nodes_,
        IProviderRegistry providers_,
        IValidators validators_,
        Parameters memory parameters_
    ) Governed(governance) {
        _runs = runs_;
        _memberships = memberships_;
        _nodes = nodes_;
        _providers = providers_;
        _validators = validators_;
        _setParameters(parameters_);
    }

    /// By the run's manager, once per node and epoch; all nodes of one call have their leaves in the file at `uri`.
    function post(uint256 run, uint64 epoch, NodeWork[] calldata work, bytes32 leavesHash, string calldata uri)
        external
        whenNotPaused
    {
        Bounds.text(uri);
        if (work.length > MAX_POSTS) revert WorkReceipts_TooManyPosts(work.length, MAX_POSTS);
        if (msg.sender != _runs.managerOf(run)) revert WorkReceipts_NotManager(run, msg.sender);
        IRuns.RunStatus status = _runs.statusOf(run);
        if (status == IRuns.RunStatus.PENDING) revert WorkReceipts_RunNeverOpen(run, status);
        uint96 maxUnits = _runs.maxUnitsOf(run);
        for (uint256 i; i < work.length; ++i) {
            _post(run, epoch, work[i], maxUnits);
        }
        emit WorkPublished(run, epoch, leavesHash, uri);
    }

    /// A validator shows a leaf and says how bad it is; the others vote on the subject.
    function dispute(Leaf calldata leaf, bytes32[] calldata proof, Severity severity)
        external
        whenNotPaused
        returns (bytes32 subject)
    {
        if (!_validators.isValidator(msg.sender)) revert WorkReceipts_NotValidator(msg.sender);
        if (severity == Severity.NONE) revert WorkReceipts_NoSeverity();
        Batch storage batch = _posted(leaf.run, leaf.node, leaf.epoch);
        _inWindow(batch);
        bytes32 hash = leafOf(leaf);
        if (!MerkleProof.verifyCalldata(proof, batch.root, hash)) revert WorkReceipts_ProofInvalid(hash);
        if (_invalid[hash] >= severity) revert WorkReceipts_AlreadyInvalid(hash, _invalid[hash]);
        subject = subjectOf(hash, severity);
        if (_disputes[subject].leaf != 0) revert WorkReceipts_AlreadyDisputed(subject);
        _disputes[subject] = Dispute(hash, leaf.run, leaf.node, leaf.epoch, leaf.units, severity, false);
        emit WorkDisputed(
            subject, leaf.run, leaf.node, leaf.epoch, leaf.index, leaf.receiptHash, leaf.units, severity, msg.sender
        );
    }

    /// APPROVED: the work is good. REJECTED: it is invalid, and what its severity says follows.
    function onVerdict(bytes32 subject, Verdict verdict, uint16 reason) external onlyRole(VERDICT_ROLE) {
        Dispute storage one = _judgeable(subject);
        one.decided = true;
        if (verdict == Verdict.APPROVED) {
            emit WorkUpheld(subject, one.run, one.node, one.epoch, reason);
        } else {
            _invalidate(subject, one, reason);
        }
    }

    function setParameters(Parameters calldata parameters_) external onlyRole(PARAMETER_ROLE) {
        _setParameters(parameters_);
    }

    /// A dispute has one round.
    function roundOf(bytes32 subject, Verdict) external view returns (uint64) {
        _judgeable(subject);
        return 0;
    }

    function get(uint256 run, address node, uint64 epoch) external view returns (Batch memory) {
        return _batches[_key(run, node, epoch)];
    }

    /// What counts: posted and not invalidated.
    function unitsOf(uint256 run, address node, uint64 epoch) external view returns (uint256) {
        Batch storage batch = _batches[_key(run, node, epoch)];
        return batch.units - batch.invalidUnits;
    }

    function disputeOf(bytes32 subject) external view returns (Dispute memory) {
        return _disputes[subject];
    }

    function severityOf(bytes32 leaf) external view returns (Severity) {
        return _invalid[leaf];
    }

    function isPart(Leaf calldata leaf, bytes32[] calldata proof) external view returns (bool) {
        bytes32 root = _posted(leaf.run, leaf.node, leaf.epoch).root;
        return MerkleProof.verifyCalldata(proof, root, leafOf(leaf));
    }

    function parameters() external view returns (Parameters memory) {
        return _parameters;
    }

    function leafOf(Leaf calldata leaf) public view returns (bytes32) {
        return keccak256(
            bytes.concat(
                keccak256(
                    abi.encode(
                        block.chainid,
                        address(this),
                        leaf.run,
                        leaf.node,
                        leaf.epoch,
                        leaf.index,
                        leaf.receiptHash,
                        leaf.units
                    )
                )
            )
        );
    }

    /// How validators name a dispute.
    function subjectOf(bytes32 leaf, Severity severity) public pure returns (bytes32) {
        return keccak256(abi.encode(leaf, severity));
    }

    function _post(uint256 run, uint64 epoch, NodeWork calldata work, uint96 maxUnits) private {
        address node = work.node;
        if (work.root == 0) revert WorkReceipts_ZeroRoot(node);
        if (work.units > maxUnits) revert WorkReceipts_UnitsExceeded(work.units, maxUnits);
        if (_memberships.joinedAt(run, node) == 0) revert WorkReceipts_NeverJoined(run, node);
        Batch storage batch = _batches[_key(run, node, epoch)];
        if (batch.root != 0) revert WorkReceipts_AlreadyPosted(run, node, epoch);
        address provider = _nodes.providerOf(node);
        batch.root = work.root;
        batch.units = work.units;
        batch.postedAt = uint64(block.timestamp);
        batch.provider = provider;
        batch.leaves = work.leaves;
        emit WorkPosted(run, node, epoch, provider, work.root, work.units, work.leaves);
    }

    function _invalidate(bytes32 subject, Dispute storage one, uint16 reason) private {
        Batch storage batch = _posted(one.run, one.node, one.epoch);
        uint96 units;
        if (_invalid[one.leaf] == Severity.NONE) {
            // a tree may hold more than was posted; no more than that can be taken
            uint96 rest = batch.units - batch.invalidUnits;
            units = one.units < rest ? one.units : rest;
            batch.invalidUnits += units;
        }
        if (one.severity > _invalid[one.leaf]) _invalid[one.leaf] = one.severity;
        emit WorkInvalidated(subject, one.run, one.node, one.epoch, units, one.severity, reason);
        if (one.severity == Severity.HARD) _punish(one.node, batch.provider);
    }

    function _punish(address node, address provider) private {
        if (_nodes.providerOf(node) == provider && _nodes.stateOf(node) != IComputeNodes.NodeState.EJECTED) {
            _nodes.eject(node, "work invalid");
        }
        if (_parameters.hardSlash != 0 && _providers.slashableOf(provider) != 0) {
            _providers.proposeSlash(provider, _parameters.hardSlash, "work invalid");
        }
    }

    function _posted(uint256 run, address node, uint64 epoch) private view returns (Batch storage batch) {
        batch = _batches[_key(run, node, epoch)];
        if (batch.root == 0) revert WorkReceipts_NotPosted(run, node, epoch);
    }

    function _judgeable(bytes32 subject) private view returns (Dispute storage one) {
        one = _disputes[subject];
        if (one.leaf == 0 || one.decided) revert WorkReceipts_NoDispute(subject);
        _inWindow(_posted(one.run, one.node, one.epoch));
    }

    function _inWindow(Batch storage batch) private view {
        uint256 until = uint256(batch.postedAt) + _parameters.window;
        if (block.timestamp >= until) revert WorkReceipts_WindowOver(until);
    }

    function _key(uint256 run, address node, uint64 epoch) private pure returns (bytes32) {
        return keccak256(abi.encode(run, node, epoch));
    }

    function _setParameters(Parameters memory parameters_) private {
        if (parameters_.window > MAX_WINDOW) revert WorkReceipts_WindowTooLong(parameters_.window, MAX_WINDOW);
        _parameters = parameters_;
        emit WorkParametersChanged(parameters_.window, parameters_.hardSlash);
    }
}

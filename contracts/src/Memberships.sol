// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Bounds} from "./Bounds.sol";
import {Governed} from "./Governed.sol";
import {IComputeNodes} from "./interfaces/IComputeNodes.sol";
import {IMemberships} from "./interfaces/IMemberships.sol";
import {IRuns} from "./interfaces/IRuns.sol";

/// How nodes get into runs and out again: by an invite that the run's manager signed and the node took.
contract Memberships is Governed, EIP712, IMemberships {
    using BitMaps for BitMaps.BitMap;

    bytes32 public constant INVITE_TYPEHASH =
        keccak256("Invite(uint256 run,address node,uint256 nonce,uint256 expiry)");
    bytes32 public constant ACCEPTANCE_TYPEHASH =
        keccak256("Acceptance(uint256 run,address node,uint256 nonce,uint256 expiry)");

    struct Invite {
        uint256 run;
        address node;
        /// Unique in the run. Numbers that follow each other share storage and cost less.
        uint256 nonce;
        uint256 expiry;
    }

    IRuns private immutable _runs;
    IComputeNodes private immutable _nodes;
    mapping(uint256 run => BitMaps.BitMap) private _spent;
    mapping(uint256 run => uint256) private _members;
    mapping(uint256 run => mapping(address node => uint64)) private _joinedAt;

    event NodeJoined(uint256 indexed run, address indexed node, address indexed provider, uint256 nonce);
    event NodeLeft(uint256 indexed run, address indexed node, address indexed by);
    event NodeDismissed(uint256 indexed run, address indexed node, address indexed by, string reason);
    event NodeEvicted(uint256 indexed run, address indexed node, IComputeNodes.NodeState state);
    event InviteRevoked(uint256 indexed run, uint256 indexed nonce, address indexed by);

    error Memberships_RunNotOpen(uint256 run, IRuns.RunStatus status);
    error Memberships_RunFull(uint256 run, uint256 maxNodes);
    error Memberships_InviteExpired(uint256 run, address node, uint256 expiry);
    error Memberships_InviteSpent(uint256 run, uint256 nonce);
    error Memberships_InviteInvalid(uint256 run, address node, address manager);
    error Memberships_AcceptanceInvalid(uint256 run, address node);
    error Memberships_NotAllowed(uint256 run, address account);
    error Memberships_NotMember(uint256 run, address node);
    error Memberships_StillActive(uint256 run, address node);

    constructor(Governance memory governance, IRuns runs_, IComputeNodes nodes_)
        Governed(governance)
        EIP712("Pithead Memberships", "1")
    {
        _runs = runs_;
        _nodes = nodes_;
    }

    /// By the node or its provider, who thereby take the invite.
    function join(Invite calldata invite, bytes calldata signature) external whenNotPaused {
        if (!_speaksFor(msg.sender, invite.node)) revert Memberships_NotAllowed(invite.run, msg.sender);
        _join(invite, signature);
    }

    /// By anyone, who pays the gas, with the node's signature under the acceptance.
    function joinFor(Invite calldata invite, bytes calldata signature, bytes calldata acceptance)
        external
        whenNotPaused
    {
        (address signer,,) = ECDSA.tryRecoverCalldata(acceptanceDigest(invite), acceptance);
        if (signer != invite.node || signer == address(0)) {
            revert Memberships_AcceptanceInvalid(invite.run, invite.node);
        }
        _join(invite, signature);
    }

    /// By the node or its provider, at any time.
    function quit(address node) external {
        uint256 run = _placement(node);
        if (!_speaksFor(msg.sender, node)) revert Memberships_NotAllowed(run, msg.sender);
        _part(run, node);
        emit NodeLeft(run, node, msg.sender);
    }

    function dismiss(uint256 run, address node, string calldata reason) external {
        Bounds.text(reason);
        _onlyManager(run);
        if (_placement(node) != run) revert Memberships_NotMember(run, node);
        _part(run, node);
        emit NodeDismissed(run, node, msg.sender, reason);
    }

    /// Frees the place of a node that is not active any more, whose provider fell or which was ejected. Anyone may.
    function evict(address node) external {
        uint256 run = _placement(node);
        IComputeNodes.NodeState state = _nodes.stateOf(node);
        if (state == IComputeNodes.NodeState.ACTIVE) revert Memberships_StillActive(run, node);
        _part(run, node);
        emit NodeEvicted(run, node, state);
    }

    /// The number is void, whether an invite bears it yet or not.
    function revoke(uint256 run, uint256 nonce) external {
        _onlyManager(run);
        _spend(run, nonce);
        emit InviteRevoked(run, nonce, msg.sender);
    }

    /// Places that are taken. An ended run has none, for its end freed all at once.
    function memberCount(uint256 run) external view returns (uint256) {
        return _runs.statusOf(run) == IRuns.RunStatus.OPEN ? _members[run] : 0;
    }

    /// When the node last joined; 0 for one that never did.
    function joinedAt(uint256 run, address node) external view returns (uint64) {
        return _joinedAt[run][node];
    }

    /// Used or revoked.
    function isSpent(uint256 run, uint256 nonce) external view returns (bool) {
        return _spent[run].get(nonce);
    }

    function inviteDigest(Invite calldata invite) public view returns (bytes32) {
        return _digest(INVITE_TYPEHASH, invite);
    }

    function acceptanceDigest(Invite calldata invite) public view returns (bytes32) {
        return _digest(ACCEPTANCE_TYPEHASH, invite);
    }

    function _join(Invite calldata invite, bytes calldata signature) private {
        uint256 run = invite.run;
        IRuns.RunStatus status = _runs.statusOf(run);
        if (status != IRuns.RunStatus.OPEN) revert Memberships_RunNotOpen(run, status);
        if (block.timestamp >= invite.expiry) {
            revert Memberships_InviteExpired(run, invite.node, invite.expiry);
        }
        _spend(run, invite.nonce);
        address manager = _runs.managerOf(run);
        if (!SignatureChecker.isValidSignatureNowCalldata(manager, inviteDigest(invite), signature)) {
            revert Memberships_InviteInvalid(run, invite.node, manager);
        }
        uint256 maxNodes = _runs.maxNodesOf(run);
        if (_members[run] >= maxNodes) revert Memberships_RunFull(run, maxNodes);
        ++_members[run];
        _joinedAt[run][invite.node] = uint64(block.timestamp);
        emit NodeJoined(run, invite.node, _nodes.providerOf(invite.node), invite.nonce);
        _nodes.place(invite.node, run);
    }

    function _part(uint256 run, address node) private {
        --_members[run];
        _nodes.displace(node);
    }

    function _spend(uint256 run, uint256 nonce) private {
        if (_spent[run].get(nonce)) revert Memberships_InviteSpent(run, nonce);
        _spent[run].set(nonce);
    }

    function _placement(address node) private view returns (uint256 run) {
        run = _nodes.placementOf(node);
        if (run == 0) revert Memberships_NotMember(0, node);
    }

    function _speaksFor(address account, address node) private view returns (bool) {
        return account == node || account == _nodes.providerOf(node);
    }

    function _onlyManager(uint256 run) private view {
        if (msg.sender != _runs.managerOf(run) && msg.sender != _runs.ownerOf(run)) {
            revert Memberships_NotAllowed(run, msg.sender);
        }
    }

    function _digest(bytes32 typehash, Invite calldata invite) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(typehash, invite.run, invite.node, invite.nonce, invite.expiry)));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Governed} from "./Governed.sol";
import {IRewards} from "./interfaces/IRewards.sol";
import {IRuns} from "./interfaces/IRuns.sol";

/// A buyer's money for one run: free, reserved for work, released to the rewards, and at the end back to the owner. No run can
/// spend another's. A reservation belongs to the manager that made it, so that an owner cannot take it back by naming another one;
/// what is not released within the grace after the end is free again.
contract RunEscrow is Governed {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    uint64 public constant MAX_GRACE = 90 days;

    struct Account {
        uint128 free;
        uint128 reserved;
        uint128 released;
        uint128 refunded;
    }

    IERC20 private immutable _token;
    IRuns private immutable _runs;
    IRewards private immutable _rewards;
    uint64 private _grace;
    uint256 private _kept;
    mapping(uint256 run => Account) private _accounts;
    mapping(uint256 run => mapping(address manager => uint256)) private _reservedBy;

    event EscrowDeposited(uint256 indexed run, address indexed by, uint256 amount);
    event EscrowReserved(uint256 indexed run, address indexed by, uint256 amount);
    event EscrowUnreserved(uint256 indexed run, address indexed by, uint256 amount);
    event EscrowReleased(uint256 indexed run, address indexed by, uint256 amount);
    event EscrowRefunded(uint256 indexed run, address indexed owner, uint256 amount);
    event GraceChanged(uint64 grace);

    error RunEscrow_ZeroAmount();
    error RunEscrow_WrongStatus(uint256 run, IRuns.RunStatus status);
    error RunEscrow_NotManager(uint256 run, address account);
    error RunEscrow_NotOwner(uint256 run, address account);
    error RunEscrow_FreeExceeded(uint256 run, uint256 amount, uint256 free);
    error RunEscrow_ReservedExceeded(uint256 run, uint256 amount, uint256 reserved);
    error RunEscrow_GraceOver(uint256 run, uint256 until);
    error RunEscrow_NothingToRefund(uint256 run, uint256 reservedUntil);
    error RunEscrow_GraceTooLong(uint64 grace, uint64 max);

    constructor(Governance memory governance, IERC20 token_, IRuns runs_, IRewards rewards_, uint64 grace_)
        Governed(governance)
    {
        _token = token_;
        _runs = runs_;
        _rewards = rewards_;
        _setGrace(grace_);
    }

    /// By anyone, for a run that has not ended.
    function deposit(uint256 run, uint256 amount) external whenNotPaused {
        IRuns.RunStatus status = _runs.statusOf(run);
        if (status != IRuns.RunStatus.PENDING && status != IRuns.RunStatus.OPEN) {
            revert RunEscrow_WrongStatus(run, status);
        }
        if (amount == 0) revert RunEscrow_ZeroAmount();
        _accounts[run].free += amount.toUint128();
        _kept += amount;
        emit EscrowDeposited(run, msg.sender, amount);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// For work that is about to be done: from here on the owner cannot take it back before the grace is over.
    function reserve(uint256 run, uint256 amount) external whenNotPaused {
        if (msg.sender != _runs.managerOf(run)) revert RunEscrow_NotManager(run, msg.sender);
        IRuns.RunStatus status = _runs.statusOf(run);
        if (status != IRuns.RunStatus.OPEN) revert RunEscrow_WrongStatus(run, status);
        if (amount == 0) revert RunEscrow_ZeroAmount();
        Account storage one = _accounts[run];
        if (amount > one.free) revert RunEscrow_FreeExceeded(run, amount, one.free);
        one.free -= amount.toUint128();
        one.reserved += amount.toUint128();
        _reservedBy[run][msg.sender] += amount;
        emit EscrowReserved(run, msg.sender, amount);
    }

    /// Work that was not done, by who reserved.
    function unreserve(uint256 run, uint256 amount) external {
        _takeReserved(run, amount);
        _accounts[run].free += amount.toUint128();
        emit EscrowUnreserved(run, msg.sender, amount);
    }

    /// Work that was done, by who reserved.
    function release(uint256 run, uint256 amount) external whenNotPaused {
        _takeReserved(run, amount);
        _accounts[run].released += amount.toUint128();
        _kept -= amount;
        emit EscrowReleased(run, msg.sender, amount);
        _token.forceApprove(address(_rewards), amount);
        _rewards.fund(amount);
    }

    /// To the owner, of a run that ended: what is free, and after the grace what is reserved too.
    function refund(uint256 run) external returns (uint256 amount) {
        address owner = _runs.ownerOf(run);
        if (msg.sender != owner) revert RunEscrow_NotOwner(run, msg.sender);
        IRuns.RunStatus status = _runs.statusOf(run);
        if (status != IRuns.RunStatus.ENDED) revert RunEscrow_WrongStatus(run, status);
        Account storage one = _accounts[run];
        uint256 until = _reservedUntil(run);
        amount = one.free;
        one.free = 0;
        if (block.timestamp >= until) {
            amount += one.reserved;
            one.reserved = 0;
        }
        if (amount == 0) revert RunEscrow_NothingToRefund(run, until);
        one.refunded += amount.toUint128();
        _kept -= amount;
        emit EscrowRefunded(run, owner, amount);
        _token.safeTransfer(owner, amount);
    }

    function setGrace(uint64 grace_) external onlyRole(PARAMETER_ROLE) {
        _setGrace(grace_);
    }

    function get(uint256 run) external view returns (Account memory) {
        return _accounts[run];
    }

    /// What a manager reserved and may release or give back, until the grace is over.
    function reservedBy(uint256 run, address manager) external view returns (uint256) {
        return _reservedBy[run][manager];
    }

    /// Free and reserved, over all runs.
    function total() external view returns (uint256) {
        return _kept;
    }

    function grace() external view returns (uint64) {
        return _grace;
    }

    function token() external view returns (IERC20) {
        return _token;
    }

    function _takeReserved(uint256 run, uint256 amount) private {
        uint256 until = _reservedUntil(run);
        if (block.timestamp >= until) revert RunEscrow_GraceOver(run, until);
        if (amount == 0) revert RunEscrow_ZeroAmount();
        uint256 own = _reservedBy[run][msg.sender];
        if (amount > own) revert RunEscrow_ReservedExceeded(run, amount, own);
        _reservedBy[run][msg.sender] = own - amount;
        _accounts[run].reserved -= amount.toUint128();
    }

    function _reservedUntil(uint256 run) private view returns (uint256) {
        return uint256(_runs.endOf(run)) + _grace;
    }

    function _setGrace(uint64 grace_) private {
        if (grace_ > MAX_GRACE) revert RunEscrow_GraceTooLong(grace_, MAX_GRACE);
        _grace = grace_;
        emit GraceChanged(grace_);
    }
}
